import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { request as requestSecurely } from "node:https";
import { text } from "node:stream/consumers";
import { isOnThisMachine } from "../local-cognito/pool/registered-urls.ts";
import type { BrowserCookies } from "./browser-cookies.ts";

/** The page at the end of a chain of redirects. */
export interface LastPage {
  url: string;
  status: number;
  text: string;
}

const mostRedirects = 20;

/** Opens an address as a browser does when it is typed, and follows redirects, keeping cookies on the way. */
export async function walk(address: string, cookies: BrowserCookies): Promise<LastPage> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const answer = await open(url, cookies.header(url));
    cookies.store(url, answer.headers["set-cookie"] ?? []);
    const { location } = answer.headers;
    if (!location || answer.statusCode === 200) {
      return { url: url.href, status: answer.statusCode ?? 0, text: await text(answer) };
    }
    answer.resume();
    url = new URL(location, url);
  }
  throw new Error(`Too many redirects from ${address}, the last one to ${url.origin}.`);
}

async function open(url: URL, cookie: string): Promise<IncomingMessage> {
  if (!isOnThisMachine(url.href)) throw new Error(`${url.origin} is not on this machine.`);
  const headers = {
    accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "sec-fetch-dest": "document",
    "sec-fetch-mode": "navigate",
    "sec-fetch-site": "none",
    ...(cookie && { cookie }),
  };
  // Nobody comes between two ports of one machine, so any certificate will do.
  const sent =
    url.protocol === "https:"
      ? requestSecurely(url, { headers, agent: false, rejectUnauthorized: false })
      : request(url, { headers, agent: false });
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return answer;
}
