import { setTimeout as wait } from "node:timers/promises";
import { callbackOf, signInAtProvider } from "../../support/refused.ts";
import { signedInHeading } from "../../support/signed-in.ts";
import type { Started } from "../../support/start.ts";
import { createVisitor, type Page, type Visitor } from "../../support/visitor.ts";
import type { Trial } from "./cell.ts";

const longestRecoveryMs = 15_000;

/** A visitor who is on the way back from Cognito. */
export interface Newcomer {
  visitor: Visitor;
  callback: URL;
}

export async function beginSignIn(app: Started): Promise<Newcomer> {
  const visitor = createVisitor();
  return { visitor, callback: await callbackOf(visitor, app) };
}

/** The newcomer comes back amid the fault: "signed in" as themselves, or told in time what is going on. */
export async function arrive(
  trial: Trial,
  { visitor, callback }: Newcomer,
  { sub, longestMs, mustFail }: { sub: string; longestMs: number; mustFail: boolean },
): Promise<string> {
  const [page, tookMs] = await timed(() => visitor.visit(callback.href));
  trial.slowestAnswerMs = Math.max(trial.slowestAnswerMs, tookMs);
  if (tookMs > longestMs) trial.dishonest.push(`the newcomer waited ${Math.round(tookMs)} ms`);
  if (page.heading === signedInHeading) {
    if (mustFail) trial.wrongSignIns.push("a sign-in that could not be checked");
    else if (!isPageOf(page, sub)) trial.wrongSignIns.push("the newcomer is somebody else");
    return "signed in";
  }
  trial.dishonest.push(...faultsOfErrorPage(page));
  const given = page.hops.flatMap(({ setCookies }) => setCookies);
  if (given.some((cookie) => /^sign-in-\d+=[^;]/.test(cookie))) {
    trial.wrongSignIns.push("an error page came with a session");
  }
  return `${page.status} ${page.heading}`;
}

/** The member goes on as before, or is told that this cannot be known right now. */
export async function goOn(
  trial: Trial,
  member: Visitor,
  app: Started,
  { sub, longestMs, mayBeUnknown }: { sub: string; longestMs: number; mayBeUnknown: boolean },
): Promise<void> {
  const [page, tookMs] = await timed(() => look(member, app));
  trial.slowestAnswerMs = Math.max(trial.slowestAnswerMs, tookMs);
  if (tookMs > longestMs) trial.dishonest.push(`the member waited ${Math.round(tookMs)} ms`);
  if (isPageOf(page, sub)) return;
  if (page.heading === signedInHeading) trial.wrongSignIns.push("the member is somebody else");
  else if (mayBeUnknown && page.status === 503) trial.dishonest.push(...faultsOfErrorPage(page));
  else trial.lostSessions.push(`the member got ${page.status} ${page.heading}`);
}

/** From now until a new visitor has signed in and the member's page is there. */
export async function recover(
  trial: Trial,
  member: Visitor,
  app: Started,
  subs: { member: string; newcomer: string },
): Promise<void> {
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  for (;;) {
    const signedIn = await signInAtProvider(createVisitor(), app).catch(() => undefined);
    const page = await look(member, app);
    trial.recoveryMs = elapsed();
    if (isPageOf(signedIn, subs.newcomer) && isPageOf(page, subs.member)) return;
    if (elapsed() > longestRecoveryMs) break;
    await wait(50);
  }
  trial.lostSessions.push("nothing is as it was");
}

/** Whoever is signed out by now is not sent to sign in again, where the fault may be. */
function look(member: Visitor, app: Started): Promise<Page> {
  return member.visit(`${app.appUrl}/logged-in`, {
    stopBefore: (url) => url.pathname === "/login",
  });
}

function isPageOf(page: Page | undefined, sub: string): boolean {
  return page?.heading === signedInHeading && page.text.includes(`<code>${sub}</code>`);
}

/** What an error page owes its reader: a status that fits, a way on, and when to come back. */
export function faultsOfErrorPage({ status, heading, text, headers }: Page): string[] {
  const faults: string[] = [];
  if (![429, 502, 503, 504].includes(status)) faults.push(`an outage became ${status} ${heading}`);
  if ([429, 503].includes(status) && !headers["retry-after"])
    faults.push(`a ${status} without Retry-After`);
  if (!/Try again|Start again|Go to the start page|Go to your account/.test(text))
    faults.push("no way on");
  if (headers["cache-control"] !== "no-store") faults.push("an error that may be kept");
  return faults;
}

export async function timed<Value>(act: () => Promise<Value>): Promise<[Value, number]> {
  const startedAt = performance.now();
  const value = await act();
  return [value, performance.now() - startedAt];
}
