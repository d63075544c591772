import type { RequestHandler } from "express";
import { adminSetUpAuthenticatorApp } from "../accounts/authenticator-app.ts";
import { PageError } from "../errors.ts";
import { inGroups, otpauthAddressOf, sendQrCode } from "../hosted-ui/qr-code.ts";
import { nameShown } from "../users/identifier.ts";
import { stepAt, totpCodeAt } from "../users/totp.ts";
import type { AuthenticatorApp, User } from "../users/user.ts";
import { answer, wantsJson } from "./answer.ts";
import type { Console } from "./console.ts";
import { userIn } from "./user.ts";
import { addressOf } from "./user-descriptions.ts";

const refreshSeconds = 10;
const noApp = "This user has no authenticator app.";

/**
 * GET /_local/users/USER/authenticator-app: its secret, for another app to learn, and the code that it shows now. The
 * same of one that the user is setting up.
 */
export function showAuthenticatorApp(pool: Console): RequestHandler {
  return (req, res) => {
    const user = userIn(pool, req);
    const app = appsOf(pool, user);
    if (!wantsJson(req)) res.set("Refresh", String(refreshSeconds));
    const names = { name: nameShown(user, pool.settings), address: addressOf(user) };
    answer(req, res, app, {
      view: "local-authenticator-app",
      locals: { ...names, ...app, inGroups },
    });
  };
}

/** GET /_local/users/USER/authenticator-app.svg: the QR code on that page. */
export function showAuthenticatorAppQrCode(pool: Console): RequestHandler {
  return async (req, res) => {
    const user = userIn(pool, req);
    await sendQrCode(res, pool, user.username, appOf(user).secret);
  };
}

/** POST /_local/users/USER/set-up-authenticator-app: a new secret, then the page that shows it. */
export function setUpAuthenticatorApp(pool: Console): RequestHandler {
  return (req, res) => {
    const user = userIn(pool, req);
    adminSetUpAuthenticatorApp(pool, user);
    if (wantsJson(req)) res.json(appsOf(pool, userIn(pool, req)));
    else res.redirect(303, `${addressOf(user)}/authenticator-app`);
  };
}

/** Both apps that a user can have: the one that counts, and as `pending` the one that waits for its first code. */
export function appsOf(pool: Console, user: User): UserApps {
  const { authenticatorApp: app, pendingAppSecret: secret } = user;
  if (!app && secret === undefined)
    throw new PageError(404, { english: noApp }, { english: noApp });
  const pending = secret !== undefined && {
    pending: { secret, code: totpCodeAt(stepAt(pool.now()), secret) },
  };
  return { ...(app && descriptionOf(pool, user, app)), ...pending };
}

interface UserApps {
  secret?: string;
  otpauthAddress?: string;
  /** Undefined where every code of the moment has been used. */
  code?: string | undefined;
  deviceName?: string | undefined;
  addedAt?: string;
  /** Whether a sign-in asks for it. */
  isOn?: boolean;
  pending?: { secret: string; code: string };
}

function descriptionOf(pool: Console, user: User, app: AuthenticatorApp): UserApps {
  const { secret, deviceName, addedAt, lastStep, isOff = false } = app;
  const code = nextCode(secret, lastStep, pool.now());
  const otpauthAddress = otpauthAddressOf(pool, user.username, secret);
  return { secret, otpauthAddress, code, deviceName, addedAt, isOn: !isOff };
}

function appOf({ authenticatorApp }: User): AuthenticatorApp {
  if (authenticatorApp) return authenticatorApp;
  throw new PageError(404, { english: noApp }, { english: noApp });
}

/** The first that has not been used: the next step's is good already. Undefined where both have been. */
function nextCode(secret: string, lastStep: number, now: number) {
  const step = Math.max(stepAt(now), lastStep + 1);
  return step <= stepAt(now) + 1 ? totpCodeAt(step, secret) : undefined;
}
