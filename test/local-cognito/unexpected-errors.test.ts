import { describe, expect, test } from "vitest";
import { postForm, redeem } from "./support/client.ts";
import { authorizeAddress, callbackOf, codeOf, register, startPool } from "./support/pool.ts";

/** A pool whose clock fails from the moment it is broken, and with it whatever looks at the time. */
async function poolThatBreaks() {
  const reported: unknown[] = [];
  let isBroken = false;
  const failure = new Error("the clock has stopped");
  const now = () => {
    if (isBroken) throw failure;
    return Date.now();
  };
  const pool = await startPool({ now, report: (error) => reported.push(error) });
  const browser = pool.browser();
  const tokens = await redeem(pool, codeOf(await register(pool, browser)));
  const breakIt = () => {
    isBroken = true;
  };
  return { pool, browser, tokens, reported, failure, breakIt };
}

describe("what nobody expected", () => {
  test("is reported, and told to the app as server_error while a sign-in is under way", async () => {
    const { pool, browser, reported, failure, breakIt } = await poolThatBreaks();
    breakIt();
    const page = await browser.get(authorizeAddress(pool));
    expect(page.status).toBe(302);
    const answer = Object.fromEntries(callbackOf(page));
    expect(answer).toEqual({ error: "server_error", state: "a state" });
    expect(reported).toEqual([failure]);
  });

  test("is a 500 that says nothing at the endpoints for the app's server", async () => {
    const { pool, tokens, reported, failure, breakIt } = await poolThatBreaks();
    breakIt();
    const fields = {
      grant_type: "refresh_token",
      refresh_token: String(tokens.body.refresh_token),
    };
    const { status, body } = await postForm(pool, "/oauth2/token", fields);
    expect(status).toBe(500);
    expect(body).toEqual({ error: "server_error" });
    expect(reported).toEqual([failure]);
  });

  test("is a page for a browser on its way back from a provider", async () => {
    const { browser, reported, failure, breakIt } = await poolThatBreaks();
    breakIt();
    const page = await browser.get("/oauth2/idpresponse?state=x&code=y");
    expect(page.status).toBe(500);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(page.text).toContain("Something went wrong");
    expect(reported).toEqual([failure]);
  });
});
