import type { RedisSettings } from "../../settings/redis-url.ts";

/** Thrown where the Redis that REDIS_URL names cannot hold sessions; `cause` says why. */
export class RedisStartError extends Error {
  /** Host and port, without user name and password. */
  readonly address: string;

  constructor({ host, port }: RedisSettings, cause: unknown) {
    super("Redis cannot hold sessions", { cause });
    this.name = "RedisStartError";
    this.address = `${host}:${port}`;
  }
}
