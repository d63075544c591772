import type { SignInLog } from "../events.ts";
import type { RedisNews } from "../store/redis/row-store.ts";

const entries = {
  lost: ["error", "Redis is lost; until it is back, visitors with a session get a 503"],
  restored: ["info", "Redis is back"],
  exposed: [
    "warn",
    "REDIS_URL leads to another machine without TLS: its password and the keys of sessions cross the network in clear; use rediss:// unless that network is yours alone",
  ],
  evicting: [
    "warn",
    "Redis throws sessions away when its memory is full, which signs visitors out; set its maxmemory-policy to noeviction",
  ],
} as const satisfies Record<RedisNews["kind"], ["error" | "info" | "warn", string]>;

/** What an operator should hear of Redis, beside the requests that fail without it. */
export function reportRedis(log: SignInLog, { kind, ...facts }: RedisNews): void {
  const [level, message] = entries[kind];
  log[level]({ event: "redis", kind, ...facts }, message);
}
