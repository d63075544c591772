import { createHmac } from "node:crypto";

const letters = "abcdefghijklmnopqrstuvwxyz";

/** Returns the masked address that a name without a user seems to have: always the same one, as for a real user. */
export function simulatedDestination(secret: string, name: string): string {
  const [first = 0, second = 0] = createHmac("sha256", secret).update(name).digest();
  return `${letters[first % 26]}****@${letters[second % 26]}****`;
}
