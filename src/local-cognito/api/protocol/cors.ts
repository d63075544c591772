import type { IncomingMessage, ServerResponse } from "node:http";

/** What every answer has, errors included: any web page may read it. */
export const corsHeaders = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
};

const longestHeaderNames = 2048;

/** Answers a preflight: whatever headers were asked for may be sent. */
export function answerPreflight(req: IncomingMessage, res: ServerResponse): void {
  const asked = req.headers["access-control-request-headers"];
  res.writeHead(200, {
    ...corsHeaders,
    ...(asked && asked.length <= longestHeaderNames && { "Access-Control-Allow-Headers": asked }),
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Max-Age": "172800",
    "Content-Length": "0",
  });
  res.end();
}
