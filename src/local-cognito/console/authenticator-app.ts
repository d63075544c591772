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

/** GET /_local/users/USER/authenticator-app: its secret, for another app to learn, and the code that it shows now. */
export function showAuthenticatorApp(pool: Console): RequestHandler {
  return async (req, res) => {
    const user = userIn(pool, req);
    const app = await descriptionOf(pool, user);
    if (!wantsJson(req)) res.set("Refresh", String(refreshSeconds));
    const names = { name: nameShown(user, pool.settings), address: addressOf(user) };
    answer(req, res, app, {
      view: "local-authenticator-app",
      locals: { ...names, ...app, secret: inGroups(app.secret) },
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
  return async (req, res) => {
    const user = userIn(pool, req);
    await adminSetUpAuthenticatorApp(pool, user);
    if (wantsJson(req)) res.json(await descriptionOf(pool, userIn(pool, req)));
    else res.redirect(303, `${addressOf(user)}/authenticator-app`);
  };
}

async function descriptionOf(pool: Console, user: User) {
  const { secret, deviceName, addedAt, lastStep } = appOf(user);
  const code = await nextCode(secret, lastStep, pool.now());
  const otpauthAddress = await otpauthAddressOf(pool, user.username, secret);
  return { secret, otpauthAddress, code, deviceName, addedAt };
}

function appOf({ authenticatorApp }: User): AuthenticatorApp {
  if (authenticatorApp) return authenticatorApp;
  throw new PageError(404, { english: noApp }, { english: noApp });
}

/** The first that has not been used: the next step's is good already. Undefined where both have been. */
async function nextCode(secret: string, lastStep: number, now: number) {
  const step = Math.max(stepAt(now), lastStep + 1);
  return step <= stepAt(now) + 1 ? totpCodeAt(step, secret) : undefined;
}
