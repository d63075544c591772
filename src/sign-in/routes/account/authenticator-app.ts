import type { Request } from "express";
import { AppError } from "../../errors.ts";
import type { AppSetUp } from "../../pages/own-pages.ts";
import { userOf } from "../../visitor/guards.ts";
import type { Services } from "../../visitor/services.ts";
import type { Change } from "./change.ts";
import { codeField, textField } from "./fields.ts";

/** Setting up an authenticator app, in two steps, and switching it off. A second app takes the first one's place. */
export const authenticatorAppChanges: Change[] = [
  {
    path: "/app",
    event: "authenticator-app-set-up",
    section: "app",
    async make(req, _form, services) {
      return {
        setUp: await setUpOf(req, services, await req.signIn.pool.associateSoftwareToken()),
      };
    },
    words: ({ code }) =>
      code === "factor_not_offered"
        ? "This site has no authenticator apps switched on. Nothing has changed."
        : undefined,
  },
  {
    path: "/app/on",
    event: "authenticator-app-on",
    section: "app",
    async make(req, form) {
      const code = codeField(form);
      if (!/^\d{6}$/.test(code)) throw new AppError("code_wrong", { reason: "not six digits" });
      await req.signIn.pool.verifySoftwareToken(code);
      await req.signIn.pool.setUserMfaPreference(true);
      return { done: "app-on" };
    },
    /** The secret comes back with the form: Cognito tells it once, and would begin anew. */
    async setUpAgain(req, form, services) {
      const secret = textField(form, "secret");
      return /^[A-Z2-7]{16,128}$/.test(secret) ? await setUpOf(req, services, secret) : undefined;
    },
    words: ({ code }) => codeProblems[code as string],
  },
  {
    path: "/app/off",
    event: "authenticator-app-off",
    section: "app",
    async make(req) {
      await req.signIn.pool.setUserMfaPreference(false);
      return { done: "app-off" };
    },
    words: ({ code }) =>
      code === "factor_not_offered"
        ? "This site requires a second factor, so it stays switched on."
        : undefined,
  },
];

/** An app shows a new code every half minute: nobody has to ask for one. */
const codeProblems: Record<string, string> = {
  code_wrong:
    "This is not the code that the app shows for this secret. Please take the next one. If it goes on, set the clock of your telephone.",
  code_expired: "This code was used already. Please wait for the next one.",
};

/** The secret as a picture, and as people read and type it: apps ignore the spaces. */
async function setUpOf(req: Request, { settings }: Services, secret: string): Promise<AppSetUp> {
  const { encode } = await import("uqr");
  const issuer = new URL(settings.appUrl).host;
  const { username, email } = userOf(req);
  const label = [issuer, email ?? username].map(encodeURIComponent).join(":");
  const address = `otpauth://totp/${label}?${new URLSearchParams({ secret, issuer })}`;
  return {
    secret,
    address,
    secretInGroups: (secret.match(/.{1,4}/g) ?? []).join(" "),
    qrCode: pictureOf(encode(address, { ecc: "M", border: margin })),
  };
}

/** Readers want a margin of four modules (ISO 18004 §5.3.8). */
const margin = 4;

/** A square for each dark module. */
function pictureOf({ size, data }: { size: number; data: boolean[][] }) {
  const squares = data.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")),
  );
  return { size, path: squares.join("") };
}
