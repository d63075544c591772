import type { RedisServer } from "../../support/redis-server.ts";
import type { TapMode, TcpTap } from "../../support/tcp-tap.ts";
import type { KindOfFault } from "./cell.ts";
import { setResolvable } from "./name-service.ts";
import { type Credentials, openTlsFront, type TlsFront } from "./tls-front.ts";

/** The app's way to its Redis, by name, wire and, where the fault is about it, TLS. */
export interface StoreWay {
  redis: RedisServer;
  tap: TcpTap;
  host: string;
  /** What ends TLS in front of it. */
  fronts: TlsFront[];
}

/** One variant of a fault, begun and ended. */
export interface StoreFault {
  begin(way: StoreWay): unknown;
  end(way: StoreWay): unknown;
  usesTls?: boolean;
}

/** Every kind of fault of the store; what HTTP calls 4xx, 5xx and a redirect are error replies of Redis. */
export function storeFaults(trapPort: number): Record<KindOfFault, Record<string, StoreFault>> {
  return {
    refused: { "": wire("refuse") },
    DNS: {
      "": {
        begin: ({ tap, host }) => {
          setResolvable(host, false);
          return cut(tap);
        },
        end: ({ host }) => setResolvable(host, true),
      },
    },
    reset: { "": wire("reset"), "polite end": wire("close") },
    "black hole": { "": wire("black hole"), "hears all": wire("mute") },
    hang: { "": { begin: ({ redis }) => redis.pause(), end: ({ redis }) => redis.resume() } },
    slow: { "100 ms": wire({ delay: 100 }), "2 s": wire({ delay: 2000 }) },
    drip: { "": wire({ drip: 100 }) },
    "4xx": {
      "no permission": commanding(
        ["ACL", "SETUSER", "default", "-@all", "+acl"],
        ["ACL", "SETUSER", "default", "+@all"],
      ),
      "no sign-in": replying("NOAUTH Authentication required."),
    },
    "5xx": {
      "out of memory": commanding(
        ["CONFIG", "SET", "maxmemory", "1"],
        ["CONFIG", "SET", "maxmemory", "0"],
      ),
      loading: replying("LOADING Redis is loading the dataset in memory"),
      "read only": replying("READONLY You can't write against a read only replica."),
    },
    garbage: {
      "another protocol": wire({ answer: "HTTP/1.1 400 Bad Request\r\n\r\n" }),
      bytes: wire({ answer: "\u0000\u00ff\u0001garbage" }),
    },
    huge: { "": wire({ answer: `$536870912\r\n${"x".repeat(1024 * 1024)}` }) },
    redirect: { "": replying(`MOVED 3999 127.0.0.1:${trapPort}`) },
    "bad TLS": {
      "self-signed": presenting("self-signed"),
      expired: presenting("expired"),
      "wrong host": presenting("wrong host"),
    },
    restart: { "": { begin: ({ redis }) => redis.stop(), end: ({ redis }) => redis.start() } },
  };
}

function wire(mode: TapMode): StoreFault {
  return { begin: ({ tap }) => tap.set(mode), end: ({ tap }) => tap.set("pass") };
}

function replying(error: string): StoreFault {
  return wire({ answer: `-${error}\r\n` });
}

function commanding(begin: string[], end: string[]): StoreFault {
  return {
    begin: ({ redis }) => redis.run(...begin),
    end: ({ redis }) => redis.run(...end),
  };
}

function presenting(credentials: Credentials): StoreFault {
  return {
    usesTls: true,
    async begin({ redis, tap, fronts }) {
      const bad = await openTlsFront(redis.port, credentials);
      fronts.push(bad);
      tap.forwardTo(bad.port);
      await cut(tap);
    },
    async end({ tap, fronts }) {
      tap.forwardTo(fronts[0]?.port ?? 0);
      await cut(tap);
    },
  };
}

/** A connection that stays open would not notice. */
async function cut(tap: TcpTap): Promise<void> {
  await tap.set("reset");
  await tap.set("pass");
}
