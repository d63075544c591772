import { z } from "zod";
import { AppError } from "../../errors.ts";
import type { CognitoResponse } from "../calls/cognito-http.ts";
import { parseJson } from "../calls/json-answer.ts";
import { assertNotThrottled } from "../calls/throttling.ts";
import { refusalOf } from "./refusals.ts";

/** What the user pool says of a user. Names are the pool's own: `email`, `email_verified`, `custom:team`. */
export interface UserAccount {
  username: string;
  attributes: Record<string, string>;
  /** The second factors that a sign-in asks for: `SOFTWARE_TOKEN_MFA` is the authenticator app. */
  factors: string[];
  /** Where the user comes from another provider: its name, such as `Google`. */
  provider: string | undefined;
}

/** Where a code was sent: a masked address. */
export interface CodeDelivery {
  attribute: string;
  destination: string;
}

/**
 * What a signed-in user may do with their own account at the user pool, under Cognito's action names. Each call takes the
 * visitor's access token, which needs the scope `aws.cognito.signin.user.admin`. Each rejects with an error that has
 * `status`, `code` and, as `message`, a sentence for the visitor; `refusals.ts` names the codes.
 */
export interface OwnAccount {
  getUser(): Promise<UserAccount>;
  /** Resolves to where codes went: an address counts once its code has come back. An empty value removes an attribute. */
  updateUserAttributes(attributes: Record<string, string>): Promise<CodeDelivery[]>;
  getUserAttributeVerificationCode(attribute: string): Promise<CodeDelivery>;
  verifyUserAttribute(attribute: string, code: string): Promise<void>;
  changePassword(previousPassword: string, proposedPassword: string): Promise<void>;
  /** Resolves to a new secret for an authenticator app, in base32. It counts once a code of it has been verified. */
  associateSoftwareToken(): Promise<string>;
  verifySoftwareToken(code: string): Promise<void>;
  /** Whether sign-ins ask for a code of the authenticator app. */
  setUserMfaPreference(isOn: boolean): Promise<void>;
  /** Ends every refresh and access token of the user. */
  globalSignOut(): Promise<void>;
  deleteUser(): Promise<void>;
  /** True where the pool lets its own users sign in with passkeys; rejects where it does not say. */
  offersPasskeys(): Promise<boolean>;
}

/** Posts one call of the JSON API, with what its answer was. */
export type CallUserPool = (operation: string, input: object) => Promise<CognitoResponse>;

const attributeList = z.array(z.object({ Name: z.string(), Value: z.string().default("") }));
const userShape = z.object({
  Username: z.string(),
  UserAttributes: attributeList,
  UserMFASettingList: z.array(z.string()).optional(),
});
const deliveryShape = z.object({
  AttributeName: z.string().default(""),
  Destination: z.string().default(""),
});
const deliveriesShape = z.object({ CodeDeliveryDetailsList: z.array(deliveryShape).optional() });
const oneDeliveryShape = z.object({ CodeDeliveryDetails: deliveryShape.prefault({}) });
const secretShape = z.object({ SecretCode: z.string().regex(/^[A-Z2-7]{16,}$/) });
const identitiesShape = z.array(z.object({ providerName: z.string() })).min(1);

/** Whose account it is. `renewed` gives a new token where Cognito has refused the last one. */
export interface AccessTokenSource {
  accessToken(): Promise<string>;
  renewedAccessToken(): Promise<string>;
}

/** The account of whoever the access token belongs to. A refused token is renewed once before the refusal counts. */
export function createOwnAccount(call: CallUserPool, source: AccessTokenSource): OwnAccount {
  async function ask(operation: string, input: object = {}): Promise<unknown> {
    try {
      const token = await source.accessToken();
      return await askWith(token, operation, input).catch(async (error: unknown) => {
        if (!(error instanceof AppError) || error.code !== "access_token_refused") throw error;
        return await askWith(await source.renewedAccessToken(), operation, input);
      });
    } catch (error) {
      throw asOutage(error);
    }
  }

  async function askWith(AccessToken: string, operation: string, input: object): Promise<unknown> {
    const answer = await call(operation, { ...input, AccessToken });
    assertNotThrottled(answer);
    if (answer.status === 200) return outputOf(operation, answer.body);
    throw refusalOf(operation, answer.status, parseJson(answer.body));
  }

  async function askFor<Output>(
    shape: z.ZodType<Output>,
    operation: string,
    input?: object,
  ): Promise<Output> {
    const output = shape.safeParse(await ask(operation, input));
    if (output.success) return output.data;
    throw new AppError("cognito_answer_invalid", { reason: `${operation} answered otherwise` });
  }

  return {
    async getUser() {
      const user = await askFor(userShape, "GetUser");
      const pairs = user.UserAttributes.map(({ Name, Value }) => [Name, Value]);
      const { identities, ...attributes } = Object.fromEntries(pairs) as Record<string, string>;
      return {
        username: user.Username,
        attributes,
        factors: user.UserMFASettingList ?? [],
        provider: providerOf(identities),
      };
    },
    async updateUserAttributes(attributes) {
      const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
      const output = await askFor(deliveriesShape, "UpdateUserAttributes", { UserAttributes });
      return (output.CodeDeliveryDetailsList ?? []).map(deliveryOf);
    },
    async getUserAttributeVerificationCode(attribute) {
      const input = { AttributeName: attribute };
      const output = await askFor(oneDeliveryShape, "GetUserAttributeVerificationCode", input);
      return deliveryOf(output.CodeDeliveryDetails);
    },
    async verifyUserAttribute(attribute, code) {
      await ask("VerifyUserAttribute", { AttributeName: attribute, Code: code });
    },
    async changePassword(PreviousPassword, ProposedPassword) {
      await ask("ChangePassword", { PreviousPassword, ProposedPassword });
    },
    async associateSoftwareToken() {
      return (await askFor(secretShape, "AssociateSoftwareToken")).SecretCode;
    },
    async verifySoftwareToken(code) {
      await ask("VerifySoftwareToken", { UserCode: code });
    },
    async setUserMfaPreference(isOn) {
      const SoftwareTokenMfaSettings = { Enabled: isOn, PreferredMfa: isOn };
      await ask("SetUserMFAPreference", { SoftwareTokenMfaSettings });
    },
    async globalSignOut() {
      await ask("GlobalSignOut");
    },
    async deleteUser() {
      await ask("DeleteUser");
    },
    // No operation tells a user; beginning a registration that is never finished changes nothing.
    async offersPasskeys() {
      try {
        await ask("StartWebAuthnRegistration");
        return true;
      } catch (error) {
        if (error instanceof AppError && error.code === "account_refused") return false;
        throw error;
      }
    },
  };
}

/** A sign-in that nobody answers is over; a call for an account can be made again. */
function asOutage(error: unknown): unknown {
  if (!(error instanceof AppError) || error.status !== 504) return error;
  return error.with({ status: 503, retryAfterSeconds: 30 });
}

/** Cognito answers with nothing or with an object; a page of a proxy's does not say that anything was changed. */
function outputOf(operation: string, body: string): unknown {
  const output = body === "" ? {} : parseJson(body);
  if (typeof output === "object" && output !== null) return output;
  throw new AppError("cognito_answer_invalid", { reason: `${operation} answered otherwise` });
}

function deliveryOf({ AttributeName, Destination }: z.infer<typeof deliveryShape>): CodeDelivery {
  return { attribute: AttributeName, destination: Destination };
}

function providerOf(identities: string | undefined): string | undefined {
  if (identities === undefined) return undefined;
  const known = identitiesShape.safeParse(parseJson(identities));
  return known.success ? known.data[0]?.providerName : "another provider";
}
