import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { createVisitor } from "./visitor.ts";

describe("a visitor", () => {
  test("tells each server how far the page is that sent it, and keeps it through a foreign hop", async () => {
    const other = await serve((_req, res) => redirect(res, `${app}/back`));
    const app = await serve((req, res) => {
      if (req.url === "/away") return redirect(res, `${other.replace("localhost", "127.0.0.1")}/`);
      if (req.url === "/back") return redirect(res, "/end");
      res.end('<a href="/away">Leave</a> <a href="/end">Stay</a>');
    });
    const visitor = createVisitor();

    const start = await visitor.visit(`${app}/`);
    expect(start.sent).toMatchObject({ "sec-fetch-site": "none", "sec-fetch-mode": "navigate" });
    const stayed = await start.click("Stay");
    expect(stayed.sent).toMatchObject({ "sec-fetch-site": "same-origin", referer: `${app}/` });
    const returned = await start.click("Leave");
    expect(returned.hops.map(({ sent }) => sent["sec-fetch-site"])).toEqual([
      "same-origin",
      "cross-site",
      "cross-site",
      "cross-site",
    ]);
    const typed = await visitor.visit(`${app}/away`);
    expect(typed.hops.at(-1)?.sent).toMatchObject({ "sec-fetch-site": "none" });
  });

  test("fills a form by its labels, keeps what stands in it, and names its origin", async () => {
    const app = await serve(async (req, res) => {
      res.setHeader("Referrer-Policy", "same-origin");
      if (req.method === "POST") return res.end(await text(req));
      return res.end(`<form method="post" action="/save?a=1">
        <input type="hidden" name="token" value="a&amp;b"><input name="city" value="Oslo">
        <label for="n">Your
          name</label><input id="n" name="name" value="old">
        <label><input type="checkbox" name="keep" checked> Keep</label>
        <button name="do" value="save">Save</button></form>
        <form method="post"><button>Delete</button></form>`);
    });

    const page = await createVisitor().visit(app);
    const saved = await page.submit("Save", { "Your name": "Zoë & co", city: "Bergen" });
    expect(Object.fromEntries(new URLSearchParams(saved.text))).toEqual({
      token: "a&b",
      city: "Bergen",
      name: "Zoë & co",
      keep: "on",
      do: "save",
    });
    expect(saved.url).toBe(`${app}/save?a=1`);
    expect(saved.sent).toMatchObject({ origin: app, "sec-fetch-site": "same-origin" });
    await expect(async () => page.submit("Send")).rejects.toThrow("There are: Save, Delete.");
  });

  test("reaches an https site through its proxy, Secure cookies and all", async () => {
    const app = await serve((req, res) => {
      res.setHeader("Set-Cookie", "__Host-session=1; Path=/; Secure; HttpOnly; SameSite=Lax");
      if (req.url === "/") return redirect(res, "https://app.example/next");
      res.end(`${req.headers.host} ${req.headers["x-forwarded-proto"]} ${req.headers.cookie}`);
    });

    const visitor = createVisitor({ proxied: { "https://app.example": app } });
    const page = await visitor.visit("https://app.example/");
    expect(page.text).toBe("app.example https __Host-session=1");
    expect(visitor.cookies("https://app.example")[0]?.attributes).toMatchObject({
      path: "/",
      samesite: "Lax",
    });
  });

  test("posts to another site without Lax cookies, and gives up on a ring of redirects", async () => {
    const victim = await serve((req, res) => {
      res.setHeader("Set-Cookie", "session=1; SameSite=Lax");
      if (req.url === "/ring") return redirect(res, "/ring");
      res.end(`cookies: ${req.headers.cookie}`);
    });
    const attacker = await serve((_req, res) => {
      res.end(`<form method="post" action="${victim}/"><button>Win</button></form>`);
    });
    const visitor = createVisitor();
    await visitor.visit(victim);

    const page = await visitor.visit(attacker.replace("localhost", "127.0.0.1"));
    const posted = await page.submit("Win");
    expect(posted.text).toBe("cookies: undefined");
    expect(posted.sent).toMatchObject({
      "sec-fetch-site": "cross-site",
      origin: new URL(page.url).origin,
    });
    await expect(visitor.visit(`${victim}/ring`)).rejects.toThrow(/Too many redirects/);
  });
});

type Handler = (req: IncomingMessage, res: ServerResponse) => unknown;

function redirect(res: ServerResponse, location: string): void {
  res.writeHead(302, { location }).end();
}

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}
