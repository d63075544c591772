import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { noteSecretsOf } from "../../support/exchange-secrets.ts";
import { isOnClosedConnection, keepAliveAgent } from "../../support/kept-connections.ts";

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  /** A form, or text or bytes of the type that the headers name. */
  body?: URLSearchParams | string | Buffer;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** One request: any header may be set, and a restart of the server goes unnoticed. */
export async function send(url: string, sent: Sent): Promise<Answer> {
  const response = await ask(url, sent);
  const answer = {
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    text: await text(response),
  };
  noteSecretsOf({
    location: answer.headers.get("location") ?? undefined,
    setCookies: answer.headers.getSetCookie(),
    text: answer.text,
    form: sent.body?.toString(),
  });
  return answer;
}

async function ask(url: string, sent: Sent): Promise<IncomingMessage> {
  const { method = "GET", headers, body } = sent;
  const isForm = body instanceof URLSearchParams;
  const type = isForm ? { "content-type": "application/x-www-form-urlencoded" } : {};
  const agent = keepAliveAgent(new URL(url));
  const outgoing = request(url, { method, headers: { ...type, ...headers }, agent });
  outgoing.end(Buffer.isBuffer(body) ? body : body?.toString());
  try {
    const [response] = await once(outgoing, "response");
    return response;
  } catch (error) {
    if (!isOnClosedConnection(outgoing, error as NodeJS.ErrnoException)) throw error;
    return ask(url, sent);
  }
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
  }
  return headers;
}
