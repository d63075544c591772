import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Request, Response } from "express";
import type { User } from "../cognito/user.ts";
import { packageFolder } from "../package-folder.ts";
import type { SignInSettings } from "../settings/settings.ts";
import type { AttributeField } from "./attribute-fields.ts";

/** What the page of an error says. */
export interface ErrorFacts {
  status: number;
  code: string;
  title: string;
  /** One sentence for the visitor. */
  message: string;
  next: { label: string; href: string };
  /** Names the request in the log. */
  reference: string;
}

export interface SessionFacts {
  /** What its button sends as `session`. */
  handle: string;
  browser: string;
  signedIn: { at: string; words: string };
  lastSeen: { at: string; words: string };
}

/** What the page of somebody's sessions shows, newest first, and where its forms go. */
export interface SessionsFacts {
  user: User;
  thisOne: SessionFacts | undefined;
  others: SessionFacts[];
  notice: string | undefined;
}

/** What the account page shows, and where its forms go: below `path`. */
export interface AccountFacts {
  user: User;
  path: string;
  /** As the pool has it. */
  username: string;
  /** False where the pool could not be asked: the scope is missing, and nothing can be changed. */
  isComplete: boolean;
  /** Where the user comes from another provider. */
  provider: string | undefined;
  fields: AttributeField[];
  verified: { email: boolean; phone_number: boolean };
  /** The address that a code was sent to. */
  toVerify: { name: string; label: string } | undefined;
  /** Undefined where the pool did not answer while a refused form is shown again. */
  hasApp: boolean | undefined;
  /** Where the pool offers passkeys. */
  passkeys: { href: string } | undefined;
  /** True where the visitor has signed in a short while ago. */
  mayChange: boolean;
  signInAgain: { href: string };
  notice: string | undefined;
  /** Why a form was refused, and which. */
  problem: { section: string; message: string } | undefined;
  /** An authenticator app that is being set up. */
  setUp: AppSetUp | undefined;
  sessionsPath: string | false;
  thisOne: SessionFacts | undefined;
  others: SessionFacts[];
  /** The attribute whose code is awaited, from the address of the page. */
  verify?: string | undefined;
  /** What was typed into the form that was refused. */
  typed?: Record<string, unknown> | undefined;
}

/** The secret of an authenticator app: to read, as an address that opens apps, and as a picture of that. */
export interface AppSetUp {
  secret: string;
  secretInGroups: string;
  /** `otpauth://…`, which apps on the same device open. */
  address: string;
  /** An SVG path in a square of so many units. */
  qrCode: { size: number; path: string };
}

/** A page of the app's in place of one of ours. */
export type Page<Facts> = (req: Request, res: Response, facts: Facts) => unknown;

/** The pages that an app may replace. */
export interface Pages {
  error?: Page<ErrorFacts> | undefined;
  signedOut?: Page<{ loginUrl: string; isDeleted: boolean }> | undefined;
  confirmSignOut?: Page<{ user: User; logoutUrl: string; stayUrl: string }> | undefined;
  sessions?: Page<SessionsFacts & { path: string }> | undefined;
  account?: Page<AccountFacts> | undefined;
}

export const pageNames = ["error", "signedOut", "confirmSignOut", "sessions", "account"] as const;

/** The pages of one sign-in: those of the app where it has given some, and ours. */
export interface OwnPages {
  error(req: Request, res: Response, facts: ErrorFacts): unknown;
  signedOut(req: Request, res: Response, isDeleted: boolean): unknown;
  confirmSignOut(req: Request, res: Response, user: User): unknown;
  sessions(req: Request, res: Response, facts: SessionsFacts): unknown;
  account(req: Request, res: Response, facts: AccountFacts): unknown;
  /** The style of ours, at `styleUrl`. */
  style(req: Request, res: Response): void;
  styleUrl: string;
}

const folder = join(packageFolder, "views/sign-in");

/**
 * Ours are rendered by their own means, whatever view engine the app has, and have a small style of their own. Nothing is
 * loaded before the first of them is shown.
 */
export function createOwnPages(
  { paths, appUrl, isProduction }: Pick<SignInSettings, "paths" | "appUrl" | "isProduction">,
  pages: Pages,
  /** Where forms may end besides: Cognito's domain. */
  domain: () => string | undefined,
): OwnPages {
  const styleUrl = `${paths.login}/style.css`;
  let render: ((name: string, locals: object) => string) | undefined;

  async function show(res: Response, name: string, locals: object) {
    // Node keeps what it has loaded, and not that it could not.
    const { createTemplates } = await import("./templates.ts");
    render ??= createTemplates(folder, { isFixed: isProduction });
    const { host: site } = new URL(appUrl);
    const html = render(name, { paths, styleUrl: versioned(styleUrl), site, ...locals });
    const formAction = ["'self'", domain()].filter(Boolean).join(" ");
    res.set({
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": `default-src 'none';style-src 'self';img-src 'self';form-action ${formAction};frame-ancestors 'none';base-uri 'none';object-src 'none'`,
    });
    res.end(html);
  }

  return {
    styleUrl,
    error: (req, res, facts) =>
      pages.error ? pages.error(req, res, facts) : show(res, "error", facts),
    signedOut: (req, res, isDeleted) =>
      pages.signedOut
        ? pages.signedOut(req, res, { loginUrl: paths.login, isDeleted })
        : show(res, "signed-out", { isDeleted }),
    confirmSignOut: (req, res, user) =>
      pages.confirmSignOut
        ? pages.confirmSignOut(req, res, { user, logoutUrl: paths.logout, stayUrl: paths.signedIn })
        : show(res, "confirm-sign-out", { user }),
    sessions: (req, res, facts) =>
      pages.sessions
        ? pages.sessions(req, res, { ...facts, path: String(paths.sessions) })
        : show(res, "sessions", facts),
    account: (req, res, facts) =>
      pages.account ? pages.account(req, res, facts) : show(res, "account", facts),
    style(_req, res) {
      res.set({
        "Content-Type": "text/css; charset=utf-8",
        "Cache-Control": "public, max-age=31536000, immutable",
      });
      res.end(styleSheet().text);
    },
  };
}

function versioned(url: string): string {
  return `${url}?v=${styleSheet().version}`;
}

let kept: { text: string; version: string } | undefined;

function styleSheet(): { text: string; version: string } {
  if (kept) return kept;
  const text = readFileSync(join(folder, "style.css"), "utf8");
  const version = createHash("sha256").update(text).digest("hex").slice(0, 10);
  kept = { text, version };
  return kept;
}
