import { createHash, randomUUID } from "node:crypto";
import { assumptions } from "../assumptions.ts";
import type { AppClient } from "../pool/clients.ts";
import type { PoolKeys } from "../pool/pool-keys.ts";
import type { Claims } from "../pool/signing-keys.ts";
import { changeAccessClaims, changeIdClaims, changeScopes } from "../triggers/claim-changes.ts";
import {
  preTokenGeneration,
  preTokenGenerationForMachine,
  type TokenChanges,
  type TokenSource,
} from "../triggers/token-trigger.ts";
import type { Caller, HasTriggers } from "../triggers/trigger-call.ts";
import type { Groups } from "../users/groups.ts";
import type { FederatedIdentity, User } from "../users/user.ts";
import { attributeClaims } from "./attribute-claims.ts";
import type { Grant, RefreshTokens } from "./refresh-tokens.ts";

/** What tokens are issued with. */
export interface TokenIssuer extends HasTriggers {
  keys: PoolKeys;
  groups: Groups;
  refreshTokens: RefreshTokens;
  now: () => number;
}

export interface Tokens {
  /** Undefined where the scope openid was not granted. */
  idToken?: string;
  accessToken: string;
  /** Undefined where the one that is there goes on. */
  refreshToken?: string;
  expiresInSeconds: number;
}

/** What a user has granted an app. */
export interface Granted {
  scopes: string[];
  /** When the user proved who they are. */
  authTimeSeconds: number;
  nonce?: string | undefined;
  resource?: string | undefined;
  /** In a sign-in by the API, whose ID tokens have every attribute and no hash. */
  isByApi?: boolean;
  /** What PreTokenGeneration is told; default is what the sign-in was. */
  tokenSource?: TokenSource;
  caller?: Caller | undefined;
  /** What is written in one step with the refresh token. */
  alongside?: () => void;
  /** What PreTokenGeneration has said of it already. */
  decided?: Decided;
}

/** What PreTokenGeneration has said. */
export interface Decided {
  changes: TokenChanges | undefined;
}

/** Asks PreTokenGeneration of tokens that are issued later; undefined for a pool without triggers. */
export async function decideTokens(
  issuer: TokenIssuer,
  client: AppClient,
  user: User,
  granted: Granted,
): Promise<Decided | undefined> {
  if (granted.decided || !issuer.triggers) return granted.decided;
  const { scopes, isByApi, caller } = granted;
  const usualSource = isByApi ? "TokenGeneration_Authentication" : "TokenGeneration_HostedAuth";
  const { tokenSource: source = usualSource } = granted;
  const groups = groupsOf(issuer, user);
  return {
    changes: await preTokenGeneration(issuer, user, { source, client, scopes, groups, caller }),
  };
}

/** Issues the first tokens of a sign-in, the refresh token included. `iss` is the pool's address. */
export async function issueFor(
  issuer: TokenIssuer,
  iss: string,
  client: AppClient,
  user: User,
  granted: Granted,
): Promise<Tokens & { refreshToken: string }> {
  const decided = await decideTokens(issuer, client, user, granted);
  const grant = beginGrant(user, granted);
  const tokens = await sign(issuer, iss, client, user, grant, {
    nonce: granted.nonce,
    hasAtHash: true,
    changes: decided?.changes,
  });
  return { ...tokens, refreshToken: issuer.refreshTokens.issue(grant, client, granted.alongside) };
}

/** The same without a refresh token: what the implicit grant gives. */
export async function issueWithoutRefresh(
  issuer: TokenIssuer,
  iss: string,
  client: AppClient,
  user: User,
  granted: Granted,
): Promise<Tokens> {
  const decided = await decideTokens(issuer, client, user, granted);
  const extras = { nonce: granted.nonce, hasAtHash: true, changes: decided?.changes };
  return sign(issuer, iss, client, user, beginGrant(user, granted), extras);
}

/** Issues new tokens for a grant that its refresh token was found by; with another refresh token where the client rotates. */
export async function refreshWith(
  issuer: TokenIssuer,
  iss: string,
  client: AppClient,
  user: User,
  { grant, refreshToken, caller }: { grant: Grant; refreshToken: string; caller?: Caller },
): Promise<Tokens> {
  // Nothing waits between finding and rotating it, so of two requests at once one is too late.
  const successor = issuer.refreshTokens.rotate(refreshToken, client);
  const { scopes, authTimeSeconds } = grant;
  const tokenSource = "TokenGeneration_RefreshTokens" as const;
  const asked = { scopes, authTimeSeconds, caller, tokenSource };
  const decided = await decideTokens(issuer, client, user, asked);
  const extras = {
    nonce: undefined,
    hasAtHash: assumptions.refreshedIdTokenHasAtHash,
    changes: decided?.changes,
  };
  const tokens = await sign(issuer, iss, client, user, grant, extras);
  return { ...tokens, ...(successor !== undefined && { refreshToken: successor }) };
}

/** Issues an access token for a client of its own account: the client credentials grant. */
export async function issueForClient(
  issuer: TokenIssuer,
  iss: string,
  client: AppClient,
  scopes: string[],
  caller?: Caller,
): Promise<Tokens> {
  const { clientId, accessTokenSeconds } = client;
  const changes = await preTokenGenerationForMachine(issuer, { client, scopes, caller });
  const iat = Math.floor(issuer.now() / 1000);
  const claims = {
    sub: clientId,
    token_use: "access",
    scope: changeScopes(scopes, changes).join(" "),
    auth_time: iat,
    iss,
    exp: iat + accessTokenSeconds,
    iat,
    version: 2,
    jti: randomUUID(),
    client_id: clientId,
  };
  const accessToken = await issuer.keys.sign("access", changeAccessClaims(claims, changes));
  return { accessToken, expiresInSeconds: accessTokenSeconds };
}

function beginGrant({ username, sub }: User, granted: Granted): Grant {
  const { scopes, resource, authTimeSeconds, isByApi } = granted;
  return {
    username,
    sub,
    scopes,
    resource,
    authTimeSeconds,
    ...(isByApi && { isByApi }),
    originJti: randomUUID(),
    eventId: randomUUID(),
  };
}

async function sign(
  issuer: TokenIssuer,
  iss: string,
  client: AppClient,
  user: User,
  grant: Grant,
  extras: { nonce: string | undefined; hasAtHash: boolean; changes: TokenChanges | undefined },
): Promise<Tokens> {
  const { keys } = issuer;
  const { changes } = extras;
  const common = commonClaims(issuer, iss, client, user, grant);
  const scopes = changeScopes(grant.scopes, changes);
  const ofAccess = accessClaims(common, client, user, { ...grant, scopes });
  const accessToken = await keys.sign("access", changeAccessClaims(ofAccess, changes));
  const tokens = { accessToken, expiresInSeconds: client.accessTokenSeconds };
  if (!grant.isByApi && !grant.scopes.includes("openid")) return tokens;
  const ofId = {
    // First, so that no attribute takes the place of a claim.
    ...attributeClaims(user, grant.isByApi ? [] : grant.scopes, client.readAttributes),
    at_hash: extras.hasAtHash && !grant.isByApi ? atHash(accessToken) : undefined,
    ...common,
    ...roleClaims(issuer, user),
    "cognito:username": user.username,
    identities: user.identity && [identityClaim(user.identity)],
    nonce: extras.nonce,
    aud: client.clientId,
    token_use: "id",
    exp: Number(common.iat) + client.idTokenSeconds,
    jti: randomUUID(),
  };
  const idToken = await keys.sign("id", changeIdClaims(ofId, changes));
  return { idToken, ...tokens };
}

function commonClaims(
  { now }: TokenIssuer,
  iss: string,
  { revokesTokens }: AppClient,
  { sub, groups }: User,
  { originJti, eventId, authTimeSeconds }: Grant,
): Claims {
  return {
    sub,
    "cognito:groups": groups.length > 0 ? groups : undefined,
    iss,
    origin_jti: revokesTokens ? originJti : undefined,
    event_id: eventId,
    auth_time: authTimeSeconds,
    iat: Math.floor(now() / 1000),
  };
}

function accessClaims(common: Claims, client: AppClient, user: User, grant: Grant): Claims {
  return {
    ...common,
    version: grant.isByApi ? undefined : 2,
    client_id: client.clientId,
    // Only an app that has asked for a resource gets an audience.
    aud: grant.resource,
    token_use: "access",
    scope: grant.scopes.join(" "),
    exp: Number(common.iat) + client.accessTokenSeconds,
    jti: randomUUID(),
    username: user.username,
  };
}

/** The roles of the user's groups, and the one that comes first; of two that come first, neither does. */
function roleClaims({ groups }: TokenIssuer, user: User): Claims {
  const withRole = groups.of(user).filter(({ roleArn }) => roleArn !== undefined);
  if (withRole.length === 0) return {};
  const [first] = withRole;
  const alike = withRole.filter(({ precedence }) => precedence === first?.precedence);
  const isClear = alike.every(({ roleArn }) => roleArn === first?.roleArn);
  return {
    "cognito:roles": [...new Set(withRole.map(({ roleArn }) => roleArn))],
    "cognito:preferred_role": isClear ? first?.roleArn : undefined,
  };
}

/** The same as triggers are told it. */
function groupsOf(issuer: TokenIssuer, user: User) {
  const roles = roleClaims(issuer, user) as Record<string, string[] & string>;
  return {
    groupsToOverride: user.groups,
    iamRolesToOverride: roles["cognito:roles"] ?? [],
    ...(roles["cognito:preferred_role"] && { preferredRole: roles["cognito:preferred_role"] }),
  };
}

function identityClaim({ dateCreated, ...identity }: FederatedIdentity) {
  return { ...identity, issuer: null, primary: "true", dateCreated: String(dateCreated) };
}

/** OpenID Connect Core §3.1.3.6: the left half of the hash. */
function atHash(accessToken: string): string {
  return createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
}
