import { expect } from "vitest";
import type { BrowserWindow } from "./window.ts";

/** Someone in front of a window, who reads, points and types. */
export interface Person {
  /** Waits for the page of that heading, and expects it whole: all its styles count, and nothing is wider than the window. */
  sees(heading: string): Promise<void>;
  /** Clicks a link or a button. */
  clicks(name: string): Promise<void>;
  /** Types into fields, by their labels. */
  types(values: Record<string, string>): Promise<void>;
  reads(): Promise<string>;
  address(): Promise<string>;
}

export function personAt(window: BrowserWindow): Person {
  async function click(selector: string, name: string): Promise<void> {
    const place = await window.evaluate<{ x: number; y: number } | null>(
      `(${placeOf})(${JSON.stringify(selector)}, ${JSON.stringify(name)})`,
    );
    if (!place) throw new Error(`“${name}” is not shown.`);
    await window.perform([mouse({ type: "pointerMove", ...place }, ...pressAndRelease)]);
  }

  return {
    async sees(heading) {
      const page = () => window.evaluate(`(${readPage})()`).catch((error: Error) => error.message);
      await expect.poll(page).toEqual({
        headings: [heading],
        readyState: "complete",
        isStyled: true,
        tooWideBy: 0,
      });
    },
    clicks: (name) => click("a, button, [type=submit]", name),
    async types(values) {
      for (const [label, text] of Object.entries(values)) {
        await click("input", label);
        await window.perform([keyboard(text)]);
      }
    },
    reads: () => window.evaluate("document.querySelector('main').textContent"),
    address: () => window.evaluate("location.href"),
  };
}

const pressAndRelease = [
  { type: "pointerDown", button: 0 },
  { type: "pointerUp", button: 0 },
];

const mouse = (...actions: object[]) => ({
  type: "pointer",
  id: "mouse",
  parameters: { pointerType: "mouse" },
  actions,
});

const keyboard = (text: string) => ({
  type: "key",
  id: "keyboard",
  actions: [...text].flatMap((value) => ["keyDown", "keyUp"].map((type) => ({ type, value }))),
});

// What follows runs in the page.

function readPage() {
  const root = document.documentElement;
  const sheets = [...document.styleSheets];
  return {
    headings: [...document.querySelectorAll("h1")].map(({ textContent }) => textContent?.trim()),
    readyState: document.readyState,
    isStyled: sheets.length > 0 && sheets.every(({ cssRules }) => cssRules.length > 0),
    tooWideBy: root.scrollWidth - root.clientWidth,
  };
}

/** The middle of what is shown under that name, once it is in view. */
function placeOf(selector: string, name: string): { x: number; y: number } | null {
  const nameOf = (element: HTMLInputElement) =>
    element.ariaLabel ||
    (element.type === "submit" && element.value) ||
    (element.labels?.[0] ?? element).textContent?.replace(/\s+/g, " ").trim();
  const found = [...document.querySelectorAll<HTMLInputElement>(selector)].find(
    (element) => element.getClientRects().length > 0 && nameOf(element) === name,
  );
  if (!found) return null;
  found.scrollIntoView({ block: "center" });
  const { left, top, width, height } = found.getBoundingClientRect();
  return { x: Math.round(left + width / 2), y: Math.round(top + height / 2) };
}
