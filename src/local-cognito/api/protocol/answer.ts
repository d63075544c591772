import type { ServerResponse } from "node:http";
import type { ApiException } from "../exceptions.ts";
import { corsHeaders } from "./cors.ts";

const contentType = "application/x-amz-json-1.1";

/** Answers with what an operation returns; one that has no output shape answers with nothing. */
export function answerOutput(res: ServerResponse, requestId: string, output?: object): void {
  const body = output === undefined ? "" : JSON.stringify(output);
  write(res, 200, requestId, body);
}

/** Answers in both ways at once in which clients look for the name of an exception. */
export function answerException(
  res: ServerResponse,
  requestId: string,
  { exception, message, status }: ApiException,
): void {
  const body = JSON.stringify({ __type: exception, ...(message && { message }) });
  const isPrintable = message !== "" && /^[\x20-\x7e]*$/.test(message);
  write(res, status, requestId, body, {
    "x-amzn-ErrorType": `${exception}:`,
    ...(isPrintable && { "x-amzn-ErrorMessage": message }),
  });
}

function write(
  res: ServerResponse,
  status: number,
  requestId: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  res.writeHead(status, {
    ...corsHeaders,
    "Content-Type": contentType,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "x-amzn-RequestId": requestId,
    ...headers,
  });
  res.end(body);
}
