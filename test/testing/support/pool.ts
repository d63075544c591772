import { join } from "node:path";
import {
  keptSigningKeys,
  type StoredSigningKeys,
  startUserPool,
  type TestUserPool,
  type UserPoolOptions,
} from "express-cognito-sign-in/testing";
import { inject, onTestFinished } from "vitest";
import { noteSecret } from "../../support/canary.ts";

export interface PoolOfATest extends TestUserPool {
  /** Posts a form to the token endpoint, as the client. */
  postToken(form: Record<string, string>): Promise<Response>;
}

/** Starts a pool by the kit, and closes it with the test. */
export async function runPool(options: UserPoolOptions = {}): Promise<PoolOfATest> {
  const pool = await startUserPool({ signingKeys: await sharedSigningKeys(), ...options });
  onTestFinished(() => pool.close());
  noteSecret("the client secret", pool.clientSecret);
  const credentials = Buffer.from(`${pool.clientId}:${pool.clientSecret}`).toString("base64");
  const postToken = (form: Record<string, string>) =>
    fetch(`${pool.origin}/oauth2/token`, {
      method: "POST",
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams(form),
    });
  return Object.assign(pool, { postToken });
}

/** Kept beside the pool that is made once for the whole run, so that its workers share them. */
export function sharedSigningKeys(): Promise<StoredSigningKeys> {
  return keptSigningKeys(join(inject("poolTemplate"), "signing-keys.json"));
}

/** What a token says, whoever may have signed it. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}
