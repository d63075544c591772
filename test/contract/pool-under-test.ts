import axios from "axios";

/** A pool as its client's settings describe it, and a way to ask it things. */
export interface PoolUnderTest {
  domain: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  callbackUrl: string;
  signOutUrl: string;
  scopes: string[];
  /** Asks and follows nothing; `headers` have lower-case names. Throws where there is no answer within ten seconds. */
  send(method: string, url: string, request?: Sent): Promise<Answer>;
}

export interface Sent {
  headers?: Record<string, string>;
  body?: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
}

export type PoolSettings = Omit<PoolUnderTest, "send">;

/** Asks through the proxy of HTTPS_PROXY, where there is one. */
export function poolUnderTest(settings: PoolSettings): PoolUnderTest {
  return { ...settings, send };
}

/** Thrown where a pool cannot be asked anything. */
export class UnreachableError extends Error {}

/** Throws an UnreachableError unless both hosts of the pool answer: each question would wait in vain. */
export async function assertReachable({ issuer, domain }: PoolUnderTest): Promise<void> {
  for (const url of [`${issuer}/.well-known/openid-configuration`, `${domain}/error`]) {
    await send("GET", url).catch(({ message }: Error) => {
      throw new UnreachableError(
        `${new URL(url).origin} does not answer: ${message}.\n` +
          "Without it the pool cannot be asked anything.\n" +
          "Compare COGNITO_DOMAIN and COGNITO_USER_POOL_ID in .env with the console, and look at the network.",
      );
    });
  }
}

async function send(
  method: string,
  url: string,
  { headers = {}, body }: Sent = {},
): Promise<Answer> {
  const answer = await axios.request<string>({
    method,
    url,
    headers: { accept: "*/*", ...headers },
    data: body,
    responseType: "text",
    transformResponse: (text) => text,
    maxRedirects: 0,
    validateStatus: () => true,
    signal: AbortSignal.timeout(10_000),
  });
  const named = Object.entries(answer.headers).map(([name, value]) => [
    name.toLowerCase(),
    value === undefined ? undefined : String(value),
  ]);
  return { status: answer.status, headers: Object.fromEntries(named), text: answer.data };
}
