import { writeSync } from "node:fs";
import { Socket } from "node:net";
import type { DestinationStream } from "pino";

/** Where the log goes. */
export type Output = DestinationStream & { isTTY?: boolean };

type Stdout = typeof process.stdout;

/** What a reader who has stopped reading may cost in memory, in bytes. */
const mostWaitingBytes = 1024 * 1024;

/**
 * The standard output, for the lines of a log (JSON): writing never throws and never waits, for a log is no reason to
 * stop serving. Lines that do not fit on a full disk, or that nobody reads, are lost, and the next one that is written
 * says how many.
 */
export function standardOutput(stdout: Stdout = process.stdout): Output {
  const { fd } = stdout;
  // A terminal that is gone, a reader who has left: there is nobody to tell.
  stdout.on("error", () => {});
  if (stdout.isTTY) return stdout;
  return countingLost(stdout instanceof Socket ? toReader(stdout) : toFile(fd));
}

type TryToWrite = (text: string) => boolean;

/** A pipe or a socket takes what fits into it at once; the rest waits here for its reader. */
function toReader(stream: Socket): TryToWrite {
  return (text) => {
    if (stream.writableLength > mostWaitingBytes) return false;
    stream.write(text);
    return true;
  };
}

/** Node's own stream for files takes no more once one write has failed, and the disk may have room again. */
function toFile(fd: number): TryToWrite {
  let isCut = false;
  return (text) => {
    const line = isCut ? `\n${text}` : text;
    try {
      isCut = writeSync(fd, line) < Buffer.byteLength(line);
      return !isCut;
    } catch {
      return false;
    }
  };
}

function countingLost(tryToWrite: TryToWrite): Output {
  let lost = 0;
  return {
    write(text) {
      if (lost > 0 && tryToWrite(lineAbout(lost))) lost = 0;
      if (lost > 0 || !tryToWrite(text)) lost += 1;
    },
  };
}

function lineAbout(lost: number): string {
  const msg = "lines of this log are missing here: its disk was full, or nobody read it";
  return `${JSON.stringify({ level: 40, time: Date.now(), lost, msg })}\n`;
}
