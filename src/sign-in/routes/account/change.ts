import type { Request } from "express";
import type { AppError } from "../../errors.ts";
import type { AppSetUp } from "../../pages/own-pages.ts";
import type { AccountSubpath } from "../../settings/paths.ts";
import type { Services } from "../../visitor/services.ts";

/** What a change leads to: the page with a notice, a code to be typed, or the set-up of an authenticator app. */
export type Outcome = { done: string; verify?: string | undefined } | { setUp: AppSetUp };

/** One form of the account page. */
export interface Change {
  /** Where it is posted to, below the page. */
  path: AccountSubpath;
  /** What the log calls it. */
  event: string;
  /** Where on the page a refusal is shown. */
  section: Section;
  make(req: Request, form: Record<string, unknown>, services: Services): Promise<Outcome>;
  /** What the visitor reads in place of the error's own sentence. */
  words?(error: AppError): string | undefined;
  /** The set-up that a refused code belongs to. */
  setUpAgain?(
    req: Request,
    form: Record<string, unknown>,
    services: Services,
  ): Promise<AppSetUp | undefined>;
}

export type Section = "profile" | "password" | "app" | "delete";
