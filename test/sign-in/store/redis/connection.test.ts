import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  openRedisConnection,
  type RedisConnection,
} from "../../../../src/sign-in/store/redis/connection.ts";
import { reasonOf } from "../../../../src/sign-in/store/redis/errors.ts";
import { stopClock } from "../../../support/own-clock.ts";
import { hasPrograms } from "../../../support/programs.ts";
import { type RedisServer, startRedis } from "../../../support/redis-server.ts";

describe.runIf(hasPrograms(["redis-server"], import.meta.url))("A connection to Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  async function connect(): Promise<RedisConnection> {
    const connection = await openRedisConnection({
      host: "127.0.0.1",
      port: redis.port,
      usesTls: false,
      username: undefined,
      password: undefined,
      database: 0,
      isExposed: false,
    });
    onTestFinished(() => connection.close());
    return connection;
  }

  /** An answer that Redis gives once there is a list of this name, and after those to all commands before it. */
  const answerOnce = (connection: RedisConnection, list: string) =>
    connection.ask((client) => client.blPop(list, 0));

  test("DO-2: is not given up where the program was too busy to send or to read", async () => {
    const connection = await connect();

    const asked = connection.ask((client) => client.ping());
    standStill(1_800);

    expect(await asked).toBe("PONG");
  });

  test("DO-2: is not given up while answers come, one after the other", async () => {
    const connection = await connect();

    const clock = stopClock();
    const lists = ["first", "second", "third"];

    const answers = lists.map((list) => answerOnce(connection, list));

    for (const [index, list] of lists.entries()) {
      await clock.pass(1_499);
      await redis.run("LPUSH", list, "here");
      expect((await answers[index])?.element.toString()).toBe("here");
    }
  });

  test("DO-2: is given up after a second and a half of silence, with all that waits on it", async () => {
    const connection = await connect();
    const clock = stopClock();
    const failures: unknown[] = [];
    const fail = (error: unknown) => failures.push(error);

    const asked = [
      answerOnce(connection, "nothing").catch(fail),
      connection.ask((client) => client.ping()).catch(fail),
    ];

    await clock.pass(1_499);
    expect(failures).toEqual([]);
    await clock.pass(1);
    await Promise.all(asked);
    expect(failures).toHaveLength(2);
    expect((await connection.lost).message).toBe("no answer within 1500 ms");
  });
});

test("the reason of a failure is its words, or else its code", () => {
  expect(reasonOf(new Error("the socket closed"))).toBe("the socket closed");
  // One for each address of a host, and none of its own.
  expect(reasonOf(Object.assign(new AggregateError([]), { code: "ECONNREFUSED" }))).toBe(
    "ECONNREFUSED",
  );
  expect(reasonOf("gone")).toBe("gone");
});

/** The whole program, as under a load that fills every turn. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
