import type { OneTimeValues, SignInRequest } from "../cognito/authorization-request.ts";
import { AppError } from "../errors.ts";
import {
  type CookieOptions,
  cookieName,
  cookieOptions,
  cookieValues,
  mostForged,
} from "../request/cookies.ts";
import type { ByteSealer } from "../session/sealing.ts";
import { createLongLink, hashOf } from "./long-link.ts";

/** A sign-in that was begun in this browser and is not finished. */
export interface PendingSignIn extends OneTimeValues {
  /** A local path. */
  returnTo: string;
  /** Milliseconds. */
  startedAt: number;
  /** True where Cognito was to ask nothing: the visitor comes back either way. */
  isSilent?: boolean;
  /** True where the visitor must prove who they are, whomever Cognito still knows. */
  isReauthentication?: boolean;
  /** What Cognito will be asked for, while the visitor is on the way out of Cognito's own session. */
  afterSignOut?: SignInRequest | undefined;
}

/** Within this time a code is redeemed for it. */
const pendingSignInSeconds = 10 * 60;
/** So long it is remembered where somebody wanted to go: the code in the mail of a sign-up is good for a day. */
const rememberedSeconds = 48 * 60 * 60;
/** Twelve addresses of this length fit into a request, and one that is longer. */
const longestInlineLink = 256;
const maxPending = 4;
/** Tabs that open at the same moment do not see each other's cookies: this many at most fit into a request. */
const slots = [..."abcdefghijkl"];

/**
 * Pending sign-ins live in the browser, each `state` in a sealed cookie of its own. Two tabs do not disturb each other. A
 * visitor who never comes back costs the server nothing (SC-4).
 */
export interface PendingSignIns {
  /** What its cookies are cleared with. */
  cookieOptions: CookieOptions;
  /** What its cookies are set with. */
  newCookieOptions: CookieOptions & { maxAge: number };
  /**
   * The cookies for a new pending sign-in, and the names of those that must go to keep their number small. Throws AppError
   * `link_too_long` where no cookie can hold its address.
   */
  begin(
    cookieHeader: string | undefined,
    pending: PendingSignIn,
  ): { cookies: { name: string; value: string }[]; drop: string[] };
  /** Those that this browser has begun within the last two days. */
  read(cookieHeader: string | undefined): FoundPendingSignIn[];
  /** The cookie that it has once the visitor is out of Cognito's own session, for one whose `afterSignOut` is set. */
  signedOut(pending: FoundPendingSignIn): { name: string; value: string };
}

export interface FoundPendingSignIn extends Omit<PendingSignIn, "returnTo"> {
  /** Undefined for a long address in whose place another tab has put its own. */
  returnTo: string | undefined;
  /** Ten minutes and more: no code is redeemed for it any more (CB-9), and the visitor goes through Cognito again. */
  isLate: boolean;
  cookieNames: string[];
  kept: Kept;
}

/** What is in a cookie: a long address lies in one of its own. */
type Kept = Omit<PendingSignIn, "returnTo"> & ({ returnTo: string } | { linkHash: string });

/** Seals, finds and numbers the pending sign-ins of a browser; knows nothing of the store. */
export function createPendingSignIns(options: {
  sealer: ByteSealer;
  appUrl: string;
  now: () => number;
}): PendingSignIns {
  const { sealer, appUrl, now } = options;
  const names = slots.map((slot) => cookieName(slot, appUrl));
  const longLink = createLongLink(options);

  function open(name: string, value: string): (Kept & { age: number }) | undefined {
    const sealed = Buffer.from(value, "base64url");
    // Node reads many spellings of the same bytes; we write one (CB-9).
    if (sealed.toString("base64url") !== value) return undefined;
    const plaintext = sealer.open(sealed, name);
    if (plaintext === undefined) return undefined;
    const kept = JSON.parse(plaintext) as Kept;
    return { ...kept, age: Math.abs(now() - kept.startedAt) };
  }

  function find(
    cookieHeader: string | undefined,
    name: string,
    value: string,
  ): FoundPendingSignIn | undefined {
    const opened = open(name, value);
    if (!opened) return undefined;
    const { age, ...kept } = opened;
    const isLong = "linkHash" in kept;
    const returnTo = isLong ? longLink.read(cookieHeader, kept.linkHash) : kept.returnTo;
    const isOwnLink = isLong && returnTo !== undefined;
    return {
      ...kept,
      kept,
      returnTo,
      isLate: age >= pendingSignInSeconds * 1000,
      cookieNames: isOwnLink ? [name, longLink.cookieName] : [name],
    };
  }

  /** What is kept of it, and its address if that is long. */
  function split({ returnTo, ...rest }: PendingSignIn): { kept: Kept; link?: string } {
    if (returnTo.length <= longestInlineLink) return { kept: { ...rest, returnTo } };
    const link = longLink.seal(returnTo);
    if (link === undefined) throw new AppError("link_too_long", { reason: "more than a cookie" });
    return { kept: { ...rest, linkHash: hashOf(returnTo) }, link };
  }

  /** Those that we made, forgotten ones among them. */
  function findAll(cookieHeader: string | undefined): FoundPendingSignIn[] {
    const found: FoundPendingSignIn[] = [];
    let forged = 0;
    for (const name of names) {
      for (const value of cookieValues(cookieHeader, name)) {
        const pending = find(cookieHeader, name, value);
        if (pending) found.push(pending);
        else forged += 1;
        if (forged > mostForged) return found;
      }
    }
    return found;
  }

  const isRemembered = ({ startedAt }: FoundPendingSignIn) =>
    Math.abs(now() - startedAt) < rememberedSeconds * 1000;

  const seal = (name: string, kept: Kept) =>
    sealer.seal(JSON.stringify(kept), name).toString("base64url");

  return {
    cookieOptions: cookieOptions(appUrl),
    newCookieOptions: { ...cookieOptions(appUrl), maxAge: rememberedSeconds * 1000 },
    begin(cookieHeader, pending) {
      const { kept, link } = split(pending);
      const present = names.filter((name) => cookieValues(cookieHeader, name).length > 0);
      const name = freeName(names, present, pending.state);
      const ours = findAll(cookieHeader);
      const keep = ours
        .filter(isRemembered)
        .sort((a, b) => b.startedAt - a.startedAt)
        .slice(0, maxPending - 1)
        .flatMap(({ cookieNames }) => cookieNames);
      return {
        cookies: [
          { name, value: seal(name, kept) },
          ...(link ? [{ name: longLink.cookieName, value: link }] : []),
        ],
        // What we cannot open is somebody else's.
        drop: ours
          .map(({ cookieNames: [own = ""] }) => own)
          .filter((other) => other !== name && !keep.includes(other)),
      };
    },
    read: (cookieHeader) => findAll(cookieHeader).filter(isRemembered),
    signedOut({ cookieNames: [name = ""], kept: { afterSignOut: _, ...kept } }) {
      return { name, value: seal(name, kept as Kept) };
    },
  };
}

/**
 * A free name, looked for from a random start: two tabs that cannot see each other's cookies pick the same one in one case
 * out of twelve.
 */
function freeName(names: string[], taken: string[], state: string): string {
  const start = Buffer.from(state, "base64url").readUInt16BE() % names.length;
  const turned = [...names.slice(start), ...names.slice(0, start)];
  return turned.find((name) => !taken.includes(name)) ?? (turned[0] as string);
}
