import type { CognitoResponse } from "./cognito-http.ts";

/** The JSON of an answer that says that it is JSON; otherwise undefined, which no schema accepts. */
export function parseJsonAnswer({ contentType, body }: CognitoResponse): unknown {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType) ? parseJson(body) : undefined;
}

/** The value of a JSON text, or undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
