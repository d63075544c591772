import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";

/** Where the command asks and tells; `isForPeople` is false where nobody could answer. */
export interface Terminal {
  isForPeople: boolean;
  say(words: string): void;
  /** Resolves to what was typed, or to the fallback for an empty line. */
  ask(question: string, fallback?: string): Promise<string>;
  close(): void;
}

/** A terminal over two streams; Ctrl-C at a question calls `interrupt`. */
export function createTerminal(
  input: Readable & { isTTY?: boolean },
  output: Writable,
  interrupt: () => void,
): Terminal {
  let lines: ReturnType<typeof createInterface> | undefined;
  let isDone = false;
  // The end of the input would leave the question open for ever.
  const onClose = () => isDone || interrupt();
  return {
    isForPeople: input.isTTY === true,
    say: (words) => void output.write(`${words}\n`),
    async ask(question, fallback = "") {
      lines ??= createInterface({ input, output }).on("SIGINT", interrupt).on("close", onClose);
      const typed = await lines.question(fallback ? `${question} [${fallback}] ` : `${question} `);
      return typed.trim() || fallback;
    },
    close() {
      isDone = true;
      lines?.close();
    },
  };
}
