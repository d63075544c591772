import type { ClientRequest, IncomingHttpHeaders } from "node:http";
import { type HTMLElement, parse } from "node-html-parser";
import supertest from "supertest";
import {
  type Cookie,
  type CookieJar,
  type CookieJarOptions,
  createCookieJar,
} from "./cookie-jar.ts";
import { noteSecretsOf } from "./exchange-secrets.ts";
import { fillForm, findField, textOf } from "./forms.ts";
import { isOnClosedConnection, keepAliveAgent } from "./kept-connections.ts";
import { type Initiator, isCrossSite, navigationHeaders } from "./navigation-headers.ts";

/** One request and its answer. */
export interface Exchange {
  method: string;
  url: string;
  /** What was sent, names in lower case. */
  sent: Record<string, string>;
  status: number;
  headers: IncomingHttpHeaders;
  /** Where the answer points, made absolute. */
  location: string | undefined;
  /** The Set-Cookie headers as they came. */
  setCookies: string[];
  text: string;
}

/** A page that a visitor looks at, and what can be done there. */
export interface Page extends Exchange {
  html: HTMLElement;
  title: string;
  /** The text of the first h1. */
  heading: string;
  /** The text of the element that is announced as an alert. */
  alert: string | undefined;
  /** Every exchange of the navigation, this page's own last. */
  hops: Exchange[];
  /** The address of the link with that text. */
  link(name: string): string;
  click(name: string, options?: NavigationOptions): Promise<Page>;
  /** Fills fields by label or name, and presses the button with that text. */
  submit(
    button: string,
    values?: Record<string, string>,
    options?: NavigationOptions,
  ): Promise<Page>;
  field(label: string): HTMLElement;
}

/** Headers in place of the browser's own; undefined leaves one out. */
export type HeaderChanges = Record<string, string | undefined>;

export interface NavigationOptions {
  headers?: HeaderChanges;
  /** Ends the navigation at the redirect to such an address, which is then the page's `location`. */
  stopBefore?: (url: URL) => boolean;
}

export interface RequestOptions {
  headers?: HeaderChanges;
  body?: string | Buffer;
  form?: Record<string, string>;
}

export interface VisitorOptions extends CookieJarOptions {
  /** Loopback servers that stand behind an https proxy, by public origin: `{"https://app.example": origin}`. */
  proxied?: Record<string, string>;
  /** Whose certificate is trusted at https addresses, in PEM. */
  authority?: string;
}

/** A person with a browser that runs no scripts: it follows redirects, keeps cookies and fills in forms. */
export interface Visitor {
  /** Opens a typed address and follows at most ten redirects. */
  visit(url: string, options?: NavigationOptions): Promise<Page>;
  /** Makes one request with the cookies that belong to it, none of a navigation's headers, and follows nothing. */
  request(method: string, url: string, options?: RequestOptions): Promise<Exchange>;
  cookies(origin: string): Cookie[];
  /** Plants a cookie, written as in a Set-Cookie header. */
  setCookie(url: string, cookie: string): void;
  /** Another browser that begins with the same cookies. */
  clone(): Visitor;
}

/** Makes a visitor with an empty cookie jar. */
export function createVisitor(
  options: VisitorOptions = {},
  jar = createCookieJar(options),
): Visitor {
  const { proxied = {}, authority } = options;

  return {
    visit: (url, navigation) => navigate({ method: "GET", url: new URL(url), ...navigation }),
    async request(method, url, { headers = {}, body, form } = {}) {
      const content = form ? new URLSearchParams(form).toString() : body;
      const type = form && { "content-type": formType };
      return send({
        method,
        url: new URL(url),
        headers: { ...type, ...headers },
        body: content,
        jar,
        proxied,
        authority,
      });
    },
    cookies: (origin) => jar.list(origin),
    setCookie: (url, cookie) => jar.store(new URL(url), [cookie]),
    clone: () => createVisitor(options, jar.clone()),
  };

  async function navigate(start: Navigation): Promise<Page> {
    let { method, url, body, initiator } = start;
    const chain: URL[] = [];
    const hops: Exchange[] = [];
    for (;;) {
      chain.push(url);
      const headers = { ...navigationHeaders(method, chain, initiator), ...start.headers };
      if (body !== undefined) headers["content-type"] ??= formType;
      const exchange = await send({
        method,
        url,
        headers,
        body,
        initiator,
        jar,
        proxied,
        authority,
      });
      hops.push(exchange);

      const next = redirectTarget(exchange);
      if (!next || start.stopBefore?.(next)) return createPage(hops, navigate);
      if (hops.length > maxRedirects) throw new Error(`Too many redirects: ${chain.join(" → ")}`);
      if (![307, 308].includes(exchange.status)) [method, body] = ["GET", undefined];
      const referrerPolicy = exchange.headers["referrer-policy"];
      if (initiator && referrerPolicy)
        initiator = { ...initiator, referrerPolicy: String(referrerPolicy) };
      url = next;
    }
  }
}

interface Navigation extends NavigationOptions {
  method: string;
  url: URL;
  body?: string | undefined;
  initiator?: Initiator;
}

const maxRedirects = 10;
const formType = "application/x-www-form-urlencoded";

function redirectTarget({ status, location }: Exchange): URL | undefined {
  return location && [301, 302, 303, 307, 308].includes(status) ? new URL(location) : undefined;
}

function createPage(hops: Exchange[], navigate: (navigation: Navigation) => Promise<Page>): Page {
  const last = hops.at(-1) as Exchange;
  let parsed: HTMLElement | undefined;
  // Parsed when first looked at: most pages are only on the way to another.
  const html = () => {
    parsed ??= parse(last.text);
    return parsed;
  };
  const textAt = (selector: string) => {
    const element = html().querySelector(selector);
    return element ? textOf(element) : undefined;
  };
  const referrerPolicy = String(
    last.headers["referrer-policy"] ?? "strict-origin-when-cross-origin",
  );
  const initiator = { url: new URL(last.url), referrerPolicy };
  const link = (name: string) => new URL(findLink(html(), name), last.url).href;

  return {
    ...last,
    get html() {
      return html();
    },
    get title() {
      return textAt("title") ?? "";
    },
    get heading() {
      return textAt("h1") ?? "";
    },
    get alert() {
      return textAt("[role=alert]");
    },
    hops,
    link,
    click: (name, options) =>
      navigate({ method: "GET", url: new URL(link(name)), initiator, ...options }),
    submit: (button, values = {}, options = {}) => {
      // Filled on a copy, so that the page can be submitted a second time as it came.
      const { method, action, fields } = fillForm(parse(last.text), button, values);
      const url = new URL(action || last.url, last.url);
      if (method === "GET") url.search = fields.toString();
      const body = method === "POST" ? fields.toString() : undefined;
      return navigate({ method, url, body, initiator, ...options });
    },
    field: (label) => findField(html(), label),
  };
}

function findLink(html: HTMLElement, name: string): string {
  const links = html.querySelectorAll("a[href]");
  const found = links.find((link) => textOf(link) === name);
  if (found) return found.getAttribute("href") ?? "";
  throw new Error(`No link “${name}” here. There are: ${links.map(textOf).join(", ") || "none"}.`);
}

interface Outgoing {
  method: string;
  url: URL;
  headers: HeaderChanges;
  body: string | Buffer | undefined;
  initiator?: Initiator | undefined;
  jar: CookieJar;
  proxied: Record<string, string>;
  authority: string | undefined;
}

async function send({
  method,
  url,
  headers,
  body,
  initiator,
  jar,
  proxied,
  authority,
}: Outgoing): Promise<Exchange> {
  const behind = proxied[url.origin];
  const forwarded = behind ? { host: url.host, "x-forwarded-proto": "https" } : {};
  const cookie = jar.header(url, { method, isCrossSite: isCrossSite(url, initiator) });
  const sent = withoutUndefined({ ...forwarded, cookie, ...headers });

  const origin = behind ?? url.origin;
  const ask = () =>
    supertest(origin)
      [method.toLowerCase() as "get"](url.pathname + url.search)
      .agent(keepAliveAgent(new URL(origin)))
      // Undefined stands for whatever this process trusts; an empty list would be nobody.
      .ca(authority as string)
      .set(sent)
      .buffer(true)
      .parse(collectText)
      .send(body);
  const asked = ask();
  const response = await asked.catch((error: NodeJS.ErrnoException) => {
    const { req } = asked as unknown as { req?: ClientRequest };
    if (!isOnClosedConnection(req, error)) throw error;
    return ask();
  });

  const setCookies = (response.headers["set-cookie"] ?? []) as unknown as string[];
  jar.store(url, setCookies);
  const location = response.headers.location as string | undefined;
  const text = typeof response.body === "string" ? response.body : "";
  noteSecretsOf({ location, setCookies, text, form: body?.toString() });
  return {
    method,
    url: url.href,
    sent,
    status: response.status,
    headers: response.headers as IncomingHttpHeaders,
    location: location && URL.canParse(location, url) ? new URL(location, url).href : location,
    setCookies,
    text,
  };
}

function withoutUndefined(headers: HeaderChanges): Record<string, string> {
  const present = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function collectText(
  response: supertest.Response,
  done: (error: Error | null, text: string) => void,
): void {
  // What superagent calls a response here is still the stream of it.
  const stream = response as unknown as NodeJS.ReadableStream;
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => done(null, Buffer.concat(chunks).toString("utf8")));
}
