import { parse } from "node-html-parser";
import { afterEach, describe, expect, test } from "vitest";
import { type AddPages, addPages } from "../../../src/pages.ts";
import type { AccountErrorCode } from "../../../src/sign-in/account-errors.ts";
import type { ErrorCode } from "../../../src/sign-in/errors.ts";
import { type Answer, answer } from "../../support/faults.ts";
import { type Claims, createUser } from "../../support/pool-claims.ts";
import { providerForAll } from "../../support/provider-for-all.ts";
import { callbackOf, signInAtProvider } from "../../support/refused.ts";
import { start, startForAll } from "../../support/start.ts";
import { createVisitor, type Exchange, type Visitor } from "../../support/visitor.ts";
import { failing, storeIsDown, watchRows } from "../../support/watched-rows.ts";

const canary = "canary-7f3a91";

const pages: AddPages = (app, guards, services) => {
  addPages(app, guards, services);
  // What Express itself would show or print outside of tests.
  app.set("env", "development");
  app.get("/throws", () => {
    throw new Error(canary);
  });
  app.get("/rejects", async () => {
    await Promise.reject(new TypeError(canary));
  });
  app.get("/throws-text", () => {
    throw canary;
  });
  app.get("/rejects-with-nothing", () => Promise.reject());
  app.get("/throws-status", () => {
    throw Object.assign(new Error(canary), { status: 599, expose: true, headers: { "x-a": "b" } });
  });
  app.get("/throws-not-found", () => {
    throw Object.assign(new Error(canary), { status: 404 });
  });
  app.get("/no-template", (_req, res) => res.render(`no-such-${canary}`));
  app.get("/bad-template", (_req, res) => res.render("loggedIn", { user: undefined }));
  app.get("/broken-error-page", (_req, res) => {
    res.app.locals.assetUrl = () => {
      throw new Error(canary);
    };
    throw new Error(canary);
  });
  app.get("/half", (_req, res) => {
    res.type("html").write("<h1>Half a page", () => {});
    throw new Error(canary);
  });
  app.get("/items/:id", (_req, res) => void res.send("item"));
  app.get("/editors", guards.requireGroup("editors"), (_req, res) => void res.send("in"));
};

const rows = watchRows();
afterEach(() => {
  rows.before = () => {};
});

const provider = providerForAll();
const app = startForAll(() => ({ userPool: provider(), pages, wrapRows: rows.wrap }));

const at = (path: string) => app().appUrl + path;

async function signedIn(claims: Claims = {}): Promise<Visitor> {
  const visitor = createVisitor();
  provider().user = createUser("mira", claims);
  await signInAtProvider(visitor, app());
  return visitor;
}

describe("The page of a failure", () => {
  interface Failure {
    arrive: (visitor: Visitor) => Promise<Exchange>;
    status: number;
    sentence: string;
    next: [label: string, path: string];
  }
  const callbackWith = (query: string) => async (visitor: Visitor) => {
    const callback = await callbackOf(visitor, app());
    const state = callback.searchParams.get("state") ?? "";
    return await visitor.visit(at(`/logged-in?${query.replace("STATE", state)}`));
  };
  const signIn = (visitor: Visitor) => signInAtProvider(visitor, app());

  /** These have tests of their own. */
  type Elsewhere =
    | AccountErrorCode
    | "not_ready"
    | "recent_sign_in_required"
    | "sign_in_not_recent";
  const failures: Record<Exclude<ErrorCode, Elsewhere>, Failure> = {
    sign_in_declined: {
      arrive: callbackWith("error=access_denied&state=STATE"),
      status: 400,
      sentence: "Sign-in was not completed. Nothing has changed.",
      next: ["Sign in", "/login"],
    },
    sign_in_refused: {
      arrive: callbackWith("error=server_error&state=STATE"),
      status: 400,
      sentence: "The sign-in service could not complete this sign-in. Nothing has changed.",
      next: ["Try again", "/login"],
    },
    callback_malformed: {
      arrive: callbackWith("code=x"),
      status: 400,
      sentence: "The sign-in service's answer arrived damaged, so nobody was signed in by it.",
      next: ["Start again", "/login"],
    },
    no_pending_sign_in: {
      arrive: (visitor) => visitor.visit(at("/logged-in?code=x&state=y")),
      status: 400,
      sentence:
        "This sign-in was not started in this browser, or it is finished already: a sign-in page that was bookmarked leads here, too. If this happens again, allow cookies for this site.",
      next: ["Start again", "/login"],
    },
    link_too_long: {
      arrive: (visitor) => visitor.visit(at(`/logged-in?q=${"x".repeat(4_096)}`)),
      status: 414,
      sentence:
        "You need to sign in for it, and we could not bring you back to an address this long. Sign in first, and then open it again.",
      next: ["Sign in", "/login"],
    },
    link_forgotten: {
      arrive: async (visitor) => {
        const begin = async (letter: string) => {
          const address = at(`/login?returnTo=/${letter.repeat(300)}`);
          return (
            (await visitor.visit(address, { stopBefore: (url) => url.pathname === "/logged-in" }))
              .location ?? ""
          );
        };
        const first = await begin("a");
        await begin("b");
        return await visitor.visit(first);
      },
      status: 409,
      sentence:
        "You are signed in. But several long addresses were opened at once, and we could keep only one of them.",
      next: ["Go to the start page", "/"],
    },
    state_mismatch: {
      arrive: callbackWith("code=x&state=y"),
      status: 400,
      sentence: "This link does not match the sign-in we started.",
      next: ["Start again", "/login"],
    },
    token_request_refused: {
      arrive: (visitor) => {
        provider().scriptNext({ tokenAnswer: answer(401, { error: "invalid_client" }) });
        return signIn(visitor);
      },
      status: 502,
      sentence: "Cognito refused our request, so you are not signed in.",
      next: ["Try again", "/login"],
    },
    cognito_unreachable: {
      arrive: (visitor) => {
        provider().scriptNext({ tokenAnswer: (res) => void res.socket?.destroy() });
        return signIn(visitor);
      },
      status: 504,
      sentence: "We could not reach the sign-in service.",
      next: ["Try again in a minute", "/login"],
    },
    cognito_answer_invalid: {
      arrive: (visitor) => {
        provider().scriptNext({ tokenBody: () => ({}) });
        return signIn(visitor);
      },
      status: 502,
      sentence: "The sign-in service's answer made no sense to us, so you are not signed in.",
      next: ["Start again", "/login"],
    },
    id_token_invalid: {
      arrive: (visitor) => {
        provider().scriptNext({ claims: (claims) => ({ ...claims, aud: "another" }) });
        return signIn(visitor);
      },
      status: 502,
      sentence: "The sign-in service's answer did not pass our checks.",
      next: ["Start again", "/login"],
    },
    sign_in_required: {
      arrive: (visitor) =>
        visitor.visit(at("/logged-in"), { headers: { "sec-fetch-mode": "cors" } }),
      status: 401,
      sentence: "You need to be signed in for this.",
      next: ["Sign in", "/login"],
    },
    forbidden: {
      arrive: async () => (await signedIn()).visit(at("/editors")),
      status: 403,
      sentence: "Your account does not belong to the group that may see this page.",
      next: ["Go to the start page", "/"],
    },
    cross_site_request: {
      arrive: async () => {
        const page = await (await signedIn()).visit(at("/logged-in"));
        return await page.submit("Logout", {}, { headers: { "sec-fetch-site": "cross-site" } });
      },
      status: 403,
      sentence: "Another website tried to act in your name, so we did nothing.",
      next: ["Go to the start page", "/"],
    },
    store_unavailable: {
      arrive: async () => {
        const visitor = await signedIn();
        rows.before = storeIsDown;
        return await visitor.visit(at("/logged-in"));
      },
      status: 503,
      sentence: "We cannot reach our session store, so we cannot tell whether you are signed in.",
      next: ["Go to the start page", "/"],
    },
    sign_out_unconfirmed: {
      arrive: async () => {
        const page = await (await signedIn()).visit(at("/logged-in"));
        rows.before = failing(["remove"]);
        return await page.submit("Logout");
      },
      status: 503,
      sentence:
        "This browser has forgotten your session, but we could not confirm that it has ended on our side.",
      next: ["Go to the start page", "/"],
    },
    sessions_not_ended: {
      arrive: async () => {
        const claims = { sub: "with-two-browsers" };
        await signedIn(claims);
        const page = await (await signedIn(claims)).visit(at("/sessions"));
        rows.before = failing(["remove"]);
        return await page.submit("Sign out all others");
      },
      status: 503,
      sentence:
        "We could not reach our session store, so what you wanted to end may still be open. You are still signed in here.",
      next: ["See where you are signed in", "/sessions"],
    },
    bad_request: {
      arrive: (visitor) => visitor.visit(at("/items/%ff")),
      status: 400,
      sentence: "Something in this address or request is malformed.",
      next: ["Go to the start page", "/"],
    },
    method_not_allowed: {
      arrive: (visitor) => visitor.request("POST", at("/login")),
      status: 405,
      sentence: "This address does not accept that kind of request.",
      next: ["Go to the start page", "/"],
    },
    not_found: {
      arrive: (visitor) => visitor.visit(at("/nowhere")),
      status: 404,
      sentence: "That page does not exist. The address may be mistyped, or the page has moved.",
      next: ["Go to the start page", "/"],
    },
    unexpected: {
      arrive: (visitor) => visitor.visit(at("/throws")),
      status: 500,
      sentence: "Something went wrong on our side.",
      next: ["Go to the start page", "/"],
    },
  };

  test.each(Object.entries(failures))(
    "says for %s what is the matter and what comes next, and gives a reference",
    async (code, failure) => {
      const page = await failure.arrive(createVisitor());

      const { sentence, next, reference } = read(page);
      expect([page.status, sentence, next]).toEqual([
        failure.status,
        failure.sentence,
        failure.next,
      ]);
      expect(page.headers["cache-control"]).toBe("no-store");
      expect(reference).toMatch(/^[\da-f-]{36}$/);
      // A request's line follows its answer.
      const logged = () => app().log.filter(({ requestId }) => requestId === reference);
      await expect
        .poll(logged)
        .toContainEqual(expect.objectContaining({ msg: "request", status: page.status }));
      if (code !== "not_found") {
        expect(logged()).toContainEqual(expect.objectContaining({ code, status: page.status }));
      }
      if (page.headers["content-type"]?.startsWith("text/html")) {
        const followed = await createVisitor().visit(at(failure.next[1]));
        expect(followed.status).toBeLessThan(400);
      }
    },
  );

  /** What a page tells a person, or a JSON answer a script. */
  function read({ headers, text }: Exchange) {
    if (headers["content-type"]?.startsWith("application/json")) {
      const { message, reference } = JSON.parse(text);
      return { sentence: message, next: ["Sign in", "/login"], reference };
    }
    const html = parse(text);
    const link = html.querySelector("main a");
    return {
      sentence: html.querySelector("[role=alert]")?.text,
      next: [link?.text, link?.getAttribute("href")],
      reference: html.querySelector("code")?.text ?? "",
    };
  }
});

describe("A route that fails", () => {
  test("an error that says 404 is a page that was not found", async () => {
    const page = await createVisitor().visit(at("/throws-not-found"));

    expect([page.status, page.heading]).toEqual([404, "Page not found"]);
    expect(page.text).not.toContain(canary);
  });

  test.each([
    "/throws",
    "/rejects",
    "/throws-text",
    "/rejects-with-nothing",
    "/throws-status",
    "/no-template",
    "/bad-template",
  ])("CF-3: is a plain 500 page at %s, and the reason is in the log alone", async (path) => {
    const page = await createVisitor().visit(at(path));

    expect([page.status, page.heading]).toEqual([500, "An error on our side"]);
    expect(page.text).not.toMatch(
      new RegExp(`${canary}|\\bat |\\.ts|\\.ejs|node_modules|development`),
    );
    expect(page.headers).not.toHaveProperty("x-a");
    const requestId = page.html.querySelector("code")?.text;
    const logged = app().log.find((entry) => entry.requestId === requestId && entry.err);
    expect(logged).toMatchObject({ level: 50, code: "unexpected", status: 500 });
  });

  test("CF-3: answers a fetch with the reference in JSON and no more", async () => {
    const answered = await createVisitor().request("GET", at("/throws"), {
      headers: { accept: "application/json" },
    });

    expect(answered.status).toBe(500);
    expect(JSON.parse(answered.text)).toEqual({
      error: "unexpected",
      message: "Something went wrong on our side.",
      reference: expect.any(String),
    });
  });

  test("CF-3: is two words where the error page fails as well", async () => {
    const broken = await start({ userPool: provider(), pages });

    const page = await createVisitor().visit(`${broken.appUrl}/broken-error-page`);

    expect([page.status, page.text]).toEqual([500, "Internal Server Error"]);
    expect(page.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(broken.log).toContainEqual(
      expect.objectContaining({ msg: "the error page itself failed", level: 50 }),
    );
  });

  test("CF-3: after its headers cuts the answer off, tells the log, and the app goes on", async () => {
    const visitor = createVisitor();

    await expect(visitor.request("GET", at("/half"))).rejects.toThrow(/aborted|hang up|ECONNRESET/);

    await expect
      .poll(() => app().log)
      .toContainEqual(expect.objectContaining({ msg: "request", path: "/half", status: 499 }));
    expect((await visitor.visit(at("/"))).status).toBe(200);
  });
});

describe("After a sign-in that failed", () => {
  test("the next attempt leads to the page that was wanted", async () => {
    const visitor = createVisitor();
    provider().scriptNext({ authorizeAnswer: declined });

    const page = await visitor.visit(`${app().appUrl}/login?returnTo=/wanted?page=2`);

    expect(page.status).toBe(400);
    expect(page.link("Sign in")).toBe(`${app().appUrl}/login?returnTo=%2Fwanted%3Fpage%3D2`);
  });

  const declined: Answer = (res) => {
    const { query } = provider().requests.at(-1) ?? { query: new URLSearchParams() };
    const location = `${query.get("redirect_uri")}?error=access_denied&state=${query.get("state")}`;
    res.writeHead(302, { location }).end();
  };
});
