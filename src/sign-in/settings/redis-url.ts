import { type Environment, setting } from "./environment.ts";
import { isLoopback } from "./origin.ts";
import { percentDecoded } from "./percent-encoding.ts";
import { looksLikePlaceholder } from "./placeholder.ts";
import type { Problem } from "./problems.ts";

/** Where Redis is, and how the app proves itself to it. */
export interface RedisSettings {
  host: string;
  port: number;
  usesTls: boolean;
  username: string | undefined;
  password: string | undefined;
  database: number;
  /** True where what is sent to it leaves this machine in clear. */
  isExposed: boolean;
}

const remedy =
  "Write redis://HOST:6379, or rediss:// with TLS, as in rediss://USER:PASSWORD@HOST:6379/0. In user name and password, characters such as / # ? % are percent-encoded.";

/** The Redis or Valkey that REDIS_URL names, or undefined where it is not set; a malformed one is noted as a problem. */
export function readRedisUrl(env: Environment, problems: Problem[]): RedisSettings | undefined {
  const value = setting(env, "REDIS_URL");
  if (value === undefined) return undefined;
  const what = faultOf(value);
  if (what === undefined) return parse(value);
  problems.push({ setting: "REDIS_URL", what, why: "Sessions are kept there.", remedy });
  return undefined;
}

function faultOf(value: string): string | undefined {
  if (!URL.canParse(value)) return "is not an address.";
  const { protocol, hostname, port, pathname, search, hash, username, password } = new URL(value);
  if (protocol !== "redis:" && protocol !== "rediss:") {
    return "begins neither with redis:// nor with rediss://; both are for Valkey as well.";
  }
  if (hostname === "") return "names no host.";
  const parts = [hostname, username, password];
  if (parts.some((part) => looksLikePlaceholder(part) || /^(?:HOST|USER|PASSWORD)$/.test(part))) {
    return "still holds a placeholder.";
  }
  if (!/^(?:[\w.-]+|\[[0-9a-f:.]+\])$/i.test(hostname)) return "has an impossible host name.";
  if (port === "0") return "has an impossible port.";
  if (!/^\/?$|^\/\d{1,5}$/.test(pathname)) return "has a path that is no number of a database.";
  if (search || hash || value.endsWith("?") || value.endsWith("#")) {
    return "has a query or fragment, where nothing is read from.";
  }
  if (percentDecoded(username) === undefined || percentDecoded(password) === undefined) {
    return "has a user name or password that is not percent-encoded.";
  }
  return undefined;
}

function parse(value: string): RedisSettings {
  const { protocol, hostname, port, pathname, username, password } = new URL(value);
  const usesTls = protocol === "rediss:";
  return {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port || 6379),
    usesTls,
    username: percentDecoded(username) || undefined,
    password: percentDecoded(password) || undefined,
    database: Number(pathname.slice(1)),
    isExposed: !usesTls && !isLoopback(value),
  };
}
