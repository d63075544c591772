import { type Answer, type Sent, send } from "./http.ts";

/** What came back, with the forms that are on the page. */
export interface Page extends Answer {
  url: string;
  /** The absolute address of a redirect, otherwise an empty string. */
  location: string;
}

/** A browser as far as these tests need one: keeps cookies for one origin, follows no redirect unasked, submits forms. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  get(address: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.request("GET", address, { headers });
  }

  post(address: string, fields: Record<string, string> | [string, string][]): Promise<Page> {
    return this.request("POST", address, { body: new URLSearchParams(fields) });
  }

  async request(method: string, address: string, sent: Sent = {}): Promise<Page> {
    const url = new URL(address, this.#origin).href;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(cookie && { cookie }), ...sent.headers };
    const answer = await send(url, { ...sent, method, headers });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    const location = answer.headers.get("location");
    return { ...answer, url, location: location === null ? "" : new URL(location, url).href };
  }

  /** Follows redirects for as long as they stay on this origin. */
  async follow(page: Page): Promise<Page> {
    let current = page;
    while (current.location.startsWith(`${this.#origin}/`)) {
      current = await this.get(current.location);
    }
    return current;
  }

  async open(address: string): Promise<Page> {
    return this.follow(await this.get(address));
  }

  /** Fills in the form with that button, hidden fields included, and sends it. */
  submit(page: Page, button: string, values: Record<string, string> = {}): Promise<Page> {
    const form = page.text
      .split("<form ")
      .slice(1)
      .find((html) => buttonsOf(html.split("</form>")[0] ?? "").includes(button));
    if (!form) throw new Error(`no button "${button}" at ${page.url}:\n${page.text}`);
    const action = unescapeHtml(/action="([^"]*)"/.exec(form)?.[1] ?? page.url);
    const fields = { ...fieldsOf(form), ...values };
    const isGet = /^[^>]*method="get"/i.test(form);
    return isGet ? this.get(`${action}?${new URLSearchParams(fields)}`) : this.post(action, fields);
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split(";");
    const [name = "", value = ""] = pair.split("=");
    const hasExpired = attributes.some((a) => /expires=Thu, 01 Jan 1970/i.test(a));
    if (hasExpired) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

function buttonsOf(form: string): string[] {
  const buttons = form.matchAll(/>([^<>]*)<\/button>|<input [^>]*type="submit" value="([^"]*)"/g);
  return [...buttons].map(([, text, value]) => text ?? value ?? "");
}

/** What the page says in its alert, or an empty string. */
export function alertOf(page: Page): string {
  return unescapeHtml(/role="alert">([^<]*)</.exec(page.text)?.[1] ?? "");
}

/** The value that a field of the page is filled with; an attribute's field by the attribute's name. */
export function fieldValue(page: Page, name: string): string {
  const fields = fieldsOf(page.text);
  return fields[name] ?? fields[`requiredAttributes[${name}]`] ?? "";
}

function fieldsOf(html: string): Record<string, string> {
  const inputs = (html.split("</form>")[0] ?? "").match(/<input[^>]*>/g) ?? [];
  return Object.fromEntries(
    inputs.map((input) => [
      /name="([^"]*)"/.exec(input)?.[1] ?? "",
      unescapeHtml(/value="([^"]*)"/.exec(input)?.[1] ?? ""),
    ]),
  );
}

export function unescapeHtml(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&#34;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
