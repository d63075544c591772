import { printable } from "../printable.ts";
import { commandsOfStore } from "../store/redis/commands.ts";
import type { RedisStartError } from "../store/redis/start-error.ts";

/** Each what happened and what to do, by what the message or system code of the cause holds. */
const explanations: [pattern: RegExp, what: string, remedy: string][] = [
  [
    /Cannot find package '@redis\/client'/,
    "its client is not installed.",
    "Run npm install @redis/client.",
  ],
  [/ECONNREFUSED/, "nothing listens there.", "Start Redis, or correct host and port."],
  [/ENOTFOUND|EAI_AGAIN/, "the host name does not resolve.", "Correct it, or the name service."],
  [
    /no answer within|timeout|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/i,
    "it does not answer in time.",
    "See whether the host is right, and whether a firewall or security group lets this machine in; a port without TLS is silent to rediss://.",
  ],
  [
    /CERT|certificate/,
    "its certificate is not one that this machine trusts for that host name.",
    "Use the name that the certificate is for; trust a certificate authority of your own by NODE_EXTRA_CA_CERTS.",
  ],
  [
    /EPROTO|SSL|TLS/,
    "it does not speak TLS there.",
    "Use the port that does, or redis:// where the network between is yours alone.",
  ],
  [
    /^(?:WRONGPASS|NOAUTH|ERR AUTH|ERR invalid password)/,
    "it does not accept the user name or password, or wants one.",
    "Correct them; special characters are percent-encoded.",
  ],
  [
    /^NOPERM/,
    "its user may not do what the store does.",
    `Allow ${new Intl.ListFormat("en-GB").format(commandsOfStore)} on keys that begin with sign-in:, and SELECT where the URL names a database.`,
  ],
  [
    /^(?:ERR DB index|ERR SELECT)/,
    "it has no database of that number.",
    "Correct the end of the URL.",
  ],
  [/^READONLY|^MASTERDOWN/, "it is a read-only replica.", "Name the primary."],
  [/^LOADING/, "it is still loading its rows.", "Start again in a moment."],
  [/^OOM/, "its memory is full.", "Give it more, or remove what is not needed."],
  [/^MISCONF|^NOREPLICAS/, "it refuses writes, for reasons that its own log tells.", "Mend those."],
  [
    /^(?:MOVED|ASK|CLUSTERDOWN|CROSSSLOT)/,
    "it is a node of a cluster that does not hold every key.",
    "Name a Redis that does; clusters are not supported.",
  ],
  [
    /Unknown RESP type|nobody asked for|closed unexpectedly|ECONNRESET|EPIPE/,
    "what answers there is no Redis, or one that turns this machine away (protected mode, maxclients; its log tells).",
    "Correct host and port; a port for TLS wants rediss://.",
  ],
];

/** What keeps Redis from holding the sessions, why it matters, and what to do where that is known. */
interface RedisStartFailure {
  finding: string;
  why: string;
  remedy: string | undefined;
}

/** Why Redis cannot hold the sessions and what to do; never the URL, which may hold a password. */
export function explainRedisStartError(error: RedisStartError): string {
  const { finding, why, remedy } = describeRedisStartError(error);
  return `${remedy ? `${finding} ${remedy}` : finding}\n${why}`;
}

/** The same in its parts, for whoever words them otherwise. */
export function describeRedisStartError(error: RedisStartError): RedisStartFailure {
  const { message, code } = rootOf(error) as NodeJS.ErrnoException;
  const facts = `${message} ${code ?? ""}`;
  const [, what = `it failed (${firstWords(facts)}).`, remedy] =
    explanations.find(([pattern]) => pattern.test(facts)) ?? [];
  return {
    finding: `The Redis of REDIS_URL (${error.address}) cannot be used: ${what}`,
    why: "Sessions are kept there and nowhere else, so nobody could sign in.",
    remedy,
  };
}

function rootOf(error: Error): Error {
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

/** Of a reply its code alone: the rest may repeat what was sent. */
function firstWords(facts: string): string {
  return /^[A-Z]{2,}\b/.exec(facts)?.[0] ?? printable(facts.trim());
}
