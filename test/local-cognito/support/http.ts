import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { noteSecretsOf } from "../../support/exchange-secrets.ts";

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  /** A form, or text of the type that the headers name. */
  body?: URLSearchParams | string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** One request on a connection of its own: any header may be set, and a restart of the server goes unnoticed. */
export async function send(url: string, { method = "GET", headers, body }: Sent): Promise<Answer> {
  const isForm = body instanceof URLSearchParams;
  const type = isForm ? { "content-type": "application/x-www-form-urlencoded" } : {};
  const outgoing = request(url, { method, headers: { ...type, ...headers }, agent: false });
  outgoing.end(body?.toString());
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  const answer = {
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    text: await text(response),
  };
  noteSecretsOf({
    location: answer.headers.get("location") ?? undefined,
    setCookies: answer.headers.getSetCookie(),
    text: answer.text,
    form: body?.toString(),
  });
  return answer;
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
  }
  return headers;
}
