import type { Request } from "express";
import type { CodeDelivery } from "../../cognito/account/user-account.ts";
import { AppError } from "../../errors.ts";
import { isEditable, labelOf } from "../../pages/attribute-fields.ts";
import { requestIdOf } from "../../request/request-id.ts";
import type { Services } from "../../visitor/services.ts";
import type { Change, Outcome } from "./change.ts";
import { codeField, textField } from "./fields.ts";

/** The profile, and the codes that prove a changed address. */
export const profileChanges: Change[] = [
  {
    path: "/profile",
    event: "profile-change",
    section: "profile",
    make: saveProfile,
    words: refusedFields,
  },
  { path: "/verify", event: "address-verification", section: "profile", make: verifyAddress },
  { path: "/resend", event: "address-code", section: "profile", make: sendCode },
];

/** Sends on what differs from what the pool has. */
async function saveProfile(
  req: Request,
  form: Record<string, unknown>,
  services: Services,
): Promise<Outcome> {
  const { attributes } = await req.signIn.pool.getUser();
  const changed = Object.keys(form).filter(
    (name) => isEditable(name) && textField(form, name).trim() !== (attributes[name] ?? ""),
  );
  if (changed.length === 0) return { done: "nothing" };
  const values = Object.fromEntries(changed.map((name) => [name, textField(form, name).trim()]));
  const deliveries = await update(req, values);
  await learnAnew(req, services);
  const [sent] = deliveries;
  return sent ? { done: "address", verify: sent.attribute } : { done: "profile" };
}

/**
 * All at once. Cognito may refuse that without saying which one it means. Then each is tried by itself, and the error
 * names those that were not saved.
 */
async function update(req: Request, values: Record<string, string>): Promise<CodeDelivery[]> {
  const { pool } = req.signIn;
  try {
    return await pool.updateUserAttributes(values);
  } catch (error) {
    if (!isAboutOneValue(error)) throw error;
    const refused: string[] = [];
    for (const [name, value] of Object.entries(values)) {
      await pool.updateUserAttributes({ [name]: value }).catch((refusal: unknown) => {
        if (!isAboutOneValue(refusal)) throw refusal;
        refused.push(name);
      });
    }
    const saved = Object.keys(values).length - refused.length;
    throw new AppError(error.code, { reason: error.reason ?? "", details: { refused, saved } });
  }
}

function isAboutOneValue(error: unknown): error is AppError {
  const codes = ["attribute_read_only", "attribute_refused", "address_taken"];
  return error instanceof AppError && codes.includes(error.code);
}

/** Which fields were refused, and that the others were saved. */
function refusedFields({ code, details }: AppError): string | undefined {
  const { refused, saved } = (details ?? {}) as { refused?: string[]; saved?: number };
  if (!refused || refused.length === 0) return undefined;
  const names = refused.map(labelOf).join(", ");
  const why = {
    attribute_read_only: `${names}: this cannot be changed here.`,
    attribute_refused: `${names}: the sign-in service does not take this value.`,
    address_taken: `${names}: another account has this already.`,
  }[code as string];
  return why && `${why} ${saved ? "The rest is saved." : "Nothing has changed."}`;
}

async function verifyAddress(
  req: Request,
  form: Record<string, unknown>,
  services: Services,
): Promise<Outcome> {
  await req.signIn.pool.verifyUserAttribute(addressIn(form), codeField(form));
  await learnAnew(req, services);
  return { done: "verified" };
}

async function sendCode(req: Request, form: Record<string, unknown>): Promise<Outcome> {
  const attribute = addressIn(form);
  await req.signIn.pool.getUserAttributeVerificationCode(attribute);
  return { done: "sent", verify: attribute };
}

function addressIn(form: Record<string, unknown>): string {
  const attribute = textField(form, "attribute");
  if (["email", "phone_number"].includes(attribute)) return attribute;
  throw new AppError("bad_request", { reason: "no address that can be verified" });
}

/** Renews the session, so that every page shows what the pool says by now; where that fails, the next renewal does. */
async function learnAnew(req: Request, { sessionCookie, renewals }: Services): Promise<void> {
  const id = sessionCookie.read(req.headers.cookie);
  if (id === undefined) return;
  await renewals.renew(id, requestIdOf(req), { isForced: true }).catch(() => {});
}
