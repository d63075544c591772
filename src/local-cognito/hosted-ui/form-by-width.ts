import { createHash } from "node:crypto";

/**
 * Shows one of the classic pages' two forms, by the window's width. It stands in the page itself: a script that looks
 * before the stylesheet has come would see both.
 */
export const formByWidth =
  "@media (width >= 992px) { .visible-xs { display: none } } @media (width < 992px) { .visible-md { display: none } }";

/** What a Content-Security-Policy allows it by. */
export const formByWidthSource = `'sha256-${createHash("sha256").update(formByWidth).digest("base64")}'`;
