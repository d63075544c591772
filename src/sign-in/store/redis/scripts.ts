import { defineScript } from "@redis/client";

/**
 * Writes over a row that still holds the expected value, in one step that nobody comes between; a life that is over
 * removes it. Sent by its digest, and in full only where Redis does not know it (yet, or any more).
 */
export const compareAndSet = defineScript({
  // A key of another type than ours makes `pcall` answer with an error, which equals no value.
  SCRIPT: `
    if redis.pcall("GET", KEYS[1]) ~= ARGV[1] then return 0 end
    if tonumber(ARGV[3]) > 0 then redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3])
    else redis.call("DEL", KEYS[1]) end
    return 1
  `,
  NUMBER_OF_KEYS: 1,
  parseCommand(parser, key: string, expected: Buffer, value: Buffer, lifetimeMs: number) {
    parser.pushKey(key);
    parser.push(expected, value, String(lifetimeMs));
  },
  transformReply: (reply: unknown) => reply === 1,
});
