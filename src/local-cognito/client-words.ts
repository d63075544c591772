import { parseArgs } from "node:util";
import {
  type AuthFlow,
  authFlows,
  type ClientSettings,
  type OAuthFlow,
  type PoolSettings,
  tutorialSettings,
} from "./pool/pool-settings.ts";
import { urlIn, WrongWordsError } from "./word-shapes.ts";

/** What words say of one client; undefined where they say nothing. */
export interface ClientWords {
  callbackUrls: string[] | undefined;
  signOutUrls: string[] | undefined;
  scopes: string[] | undefined;
  grants: OAuthFlow[] | undefined;
  authFlows: AuthFlow[] | undefined;
  hasSecret: boolean;
}

export const clientOptions = {
  "callback-url": { type: "string", multiple: true },
  "sign-out-url": { type: "string", multiple: true },
  scope: { type: "string", multiple: true },
  grant: { type: "string", multiple: true },
  "auth-flow": { type: "string", multiple: true },
  "no-secret": { type: "boolean", default: false },
} as const;

type Flags = {
  [Name in Exclude<keyof typeof clientOptions, "no-secret">]?: string[];
} & { "no-secret": boolean };

const flag = "--new-client";
const grants: OAuthFlow[] = ["code", "implicit", "client_credentials"];

/** Tells what is said of the pool and its first client from what stands behind each `--new-client NAME`. */
export function splitWords(words: string[]): { before: string[]; clients: [string, string[]][] } {
  const separate = words.flatMap((word) =>
    word.startsWith(`${flag}=`) ? [flag, word.slice(flag.length + 1)] : [word],
  );
  const places = separate.flatMap((word, place) => (word === flag ? [place] : []));
  const clients = places.map((place, i): [string, string[]] => [
    separate[place + 1] ?? "",
    separate.slice(place + 2, places[i + 1]),
  ]);
  return { before: separate.slice(0, places[0]), clients };
}

/** The settings of a client that words make; throws WrongWordsError. */
export function newClient([name, words]: [string, string[]]): ClientSettings {
  if (!/^[\w\s+=,.@-]{1,128}$/.test(name) || name.startsWith("--")) {
    throw new WrongWordsError(`${flag} is “${name}”; a name of letters and digits has to follow.`);
  }
  const said = clientWords(parse(name, words));
  const [usual] = tutorialSettings.clients;
  const ofMachine = said.grants?.includes("client_credentials") ?? false;
  const { callbackUrls = [], signOutUrls = [], ...others } = said;
  const client = {
    ...usual,
    ...(ofMachine && { scopes: [], identityProviders: [] }),
    ...withoutUndefined(others),
    name,
    callbackUrls,
    signOutUrls,
  };
  assertPossible(client);
  return client;
}

/** Reads what is said of one client; throws WrongWordsError. */
export function clientWords(flags: Flags): ClientWords {
  return {
    callbackUrls: flags["callback-url"]?.map((url) => urlIn("--callback-url", url)),
    signOutUrls: flags["sign-out-url"]?.map((url) => urlIn("--sign-out-url", url)),
    scopes: flags.scope?.flatMap((scopes) => scopes.split(" ").filter(Boolean)),
    grants: flags.grant?.map((word) => oneOf("--grant", word, grants)),
    authFlows: flags["auth-flow"]?.map((word) => oneOf("--auth-flow", longName(word), authFlows)),
    hasSecret: !flags["no-secret"],
  };
}

/** The pool of the tutorial with its client as the words have it, and the others behind it. */
export function settingsOfWords(first: ClientWords, others: ClientSettings[]): PoolSettings {
  const own = { ...tutorialSettings.clients[0], ...withoutUndefined(first) };
  assertPossible(own);
  return withClients({ ...tutorialSettings, clients: [own] }, others);
}

/** The settings with further clients, and with the resource servers that their custom scopes are of. */
export function withClients(settings: PoolSettings, others: ClientSettings[]): PoolSettings {
  const clients: PoolSettings["clients"] = [...settings.clients, ...others];
  const names = clients.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new WrongWordsError(`There are two clients named ${twice}.`);
  const known = settings.resourceServers.map(({ identifier }) => identifier);
  const made = resourceServersOf(clients.flatMap(({ scopes }) => scopes));
  const missing = made.filter(({ identifier }) => !known.includes(identifier));
  return { ...settings, clients, resourceServers: [...settings.resourceServers, ...missing] };
}

function resourceServersOf(scopes: string[]): PoolSettings["resourceServers"] {
  const pairs = [...new Set(scopes)].flatMap((scope) => {
    const at = scope.lastIndexOf("/");
    return at > 0 ? [[scope.slice(0, at), scope.slice(at + 1)] as const] : [];
  });
  return [...new Set(pairs.map(([identifier]) => identifier))].map((identifier) => ({
    identifier,
    name: identifier,
    scopes: pairs
      .filter(([of]) => of === identifier)
      .map(([, name]) => ({ name, description: name })),
  }));
}

/** Throws for what AWS would not make: a client for machines has a secret and no other grant. */
function assertPossible({ name, grants, hasSecret, scopes }: ClientSettings): void {
  if (!grants.includes("client_credentials")) return;
  if (grants.length === 1 && hasSecret && scopes.some((scope) => scope.includes("/"))) return;
  throw new WrongWordsError(
    `The client ${name} has the grant client_credentials, which AWS gives to a client with a secret, ` +
      "a custom scope such as orders/read, and no other grant.",
  );
}

function parse(name: string, words: string[]) {
  try {
    return parseArgs({ args: words, options: clientOptions }).values;
  } catch (error) {
    throw new WrongWordsError(
      `Behind ${flag} ${name}: ${(error as Error).message}\nWhat is about the pool stands before the first ${flag}.`,
    );
  }
}

function longName(word: string): string {
  return word.startsWith("ALLOW_") ? word : `ALLOW_${word}`;
}

function oneOf<Word extends string>(flag: string, word: string, known: readonly Word[]): Word {
  const found = known.find((one) => one === word);
  if (found !== undefined) return found;
  throw new WrongWordsError(`${flag} is “${word}”; there are ${known.join(", ")}.`);
}

function withoutUndefined<Part extends object>(part: Part) {
  const pairs = Object.entries(part).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs) as { [Key in keyof Part]: Exclude<Part[Key], undefined> };
}
