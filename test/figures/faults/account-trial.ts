import { setTimeout as wait } from "node:timers/promises";
import { signInAtProvider } from "../../support/refused.ts";
import { createScriptedProvider } from "../../support/scripted-provider.ts";
import { type Started, startUntilStopped } from "../../support/start.ts";
import { createVisitor, type Page, type Visitor } from "../../support/visitor.ts";
import { newTrial, type Trial } from "./cell.ts";
import { faultsOfErrorPage, goOn, timed } from "./journeys.ts";
import { deadlineMs, type ProviderFault } from "./provider-faults.ts";
import { openProviderWay } from "./provider-way.ts";

/** A page asks the API twice, one after the other; the rest is for cores that other trials keep busy. */
const longestMs = 2 * deadlineMs + 1000;
const longestRecoveryMs = 15_000;
const typed = "Mira Blau";

/** A member looks at the account page and saves its form, in a fault of the user pool's JSON API. */
export async function tryAccountFault(fault: ProviderFault): Promise<Trial> {
  const trial = newTrial();
  const provider = await createScriptedProvider();
  const way = await openProviderWay(provider, "account API");
  const issuer = provider.issuer.replace(provider.domain, way.origin);
  provider.script({
    claims: (claims) => ({ ...claims, iss: issuer }),
    accessToken: (claims) => ({ ...claims, iss: issuer }),
  });
  const app = await startUntilStopped({
    userPool: { ...provider, issuer },
    env: { LOG_LEVEL: "silent", SCOPES: "openid email aws.cognito.signin.user.admin" },
    cognitoDeadlineMs: deadlineMs,
  });
  try {
    const member = createVisitor();
    await signInAtProvider(member, app);
    const form = await account(member, app);

    await fault.begin(way);
    const page = await inTime(trial, () => account(member, app));
    trial.newcomer = `${page.status} ${page.heading}`;
    if (fault.mustFail) trial.dishonest.push(...faultsOfErrorPage(page));
    else if (page.status !== 200) trial.dishonest.push("given up early");
    const saved = await inTime(trial, () => form.submit("Save", { Name: typed }));
    if (fault.mustFail) trial.dishonest.push(...faultsOfRefusedForm(saved));
    else if (!saved.text.includes("Your profile is saved.")) trial.dishonest.push("not saved");
    const sub = String(provider.user.sub);
    await goOn(trial, member, app, { sub, longestMs, mayBeUnknown: false });
    await fault.end(way);
    await recover(trial, member, app);
  } finally {
    await app.stop();
    await way.close();
    await provider.goDown();
  }
  return trial;
}

/** Whoever is signed out by now is not sent to sign in again. */
function account(member: Visitor, app: Started): Promise<Page> {
  const stopBefore = ({ pathname }: URL) => pathname === "/login";
  return member.visit(`${app.appUrl}/account`, { stopBefore });
}

async function inTime(trial: Trial, look: () => Promise<Page>): Promise<Page> {
  const [page, tookMs] = await timed(look);
  trial.slowestAnswerMs = Math.max(trial.slowestAnswerMs, tookMs);
  if (tookMs > longestMs) trial.dishonest.push(`the member waited ${Math.round(tookMs)} ms`);
  return page;
}

/** The form is there again, with what was typed and with words. */
function faultsOfRefusedForm({ status, heading, alert, text }: Page): string[] {
  const faults: string[] = [];
  if (![429, 502, 503, 504].includes(status)) faults.push(`a form became ${status} ${heading}`);
  if (!alert) faults.push("a form without words");
  if (!text.includes(`value="${typed}"`)) faults.push("what was typed is lost");
  return faults;
}

async function recover(trial: Trial, member: Visitor, app: Started): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const page = await account(member, app);
    trial.recoveryMs = performance.now() - startedAt;
    if (page.status === 200 && page.heading === "Your account") return;
    if (trial.recoveryMs > longestRecoveryMs) break;
    await wait(50);
  }
  trial.lostSessions.push("the account page did not come back");
}
