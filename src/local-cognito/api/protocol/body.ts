import type { IncomingMessage } from "node:http";
import { ApiException } from "../exceptions.ts";

const mostBytes = 256 * 1024;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Returns the JSON object in the body; throws ApiException for anything else, and beyond 256 KB without reading on. */
export async function readBody(req: IncomingMessage): Promise<object> {
  const bytes = await readBytes(req);
  const value = parse(bytes);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw notAnObject();
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw notAnObject();
  }
}

function readBytes(req: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    if (Number(req.headers["content-length"]) > mostBytes) reject(tooLarge());
    req.on("data", (chunk: Buffer) => {
      length += chunk.length;
      // What comes after that is taken in and forgotten, so that the client gets to read the answer.
      if (length > mostBytes) {
        chunks.length = 0;
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    req.once("end", () => resolve(Buffer.concat(chunks)));
    req.once("close", () => reject(notAnObject()));
  });
}

/** Cognito gives no message either. */
function notAnObject(): ApiException {
  return new ApiException("SerializationException", "", {
    reason: "The body is not one JSON object in UTF-8.",
  });
}

function tooLarge(): ApiException {
  const message = "The body has more than 256 KB.";
  return new ApiException("RequestEntityTooLargeException", message, { status: 413 });
}
