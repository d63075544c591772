import { expect, test } from "vitest";
import { limitCalls } from "../../../../src/sign-in/cognito/calls/call-limit.ts";
import { createCognitoHttp } from "../../../../src/sign-in/cognito/calls/cognito-http.ts";
import { answer, silence } from "../../../support/faults.ts";
import { stopClock } from "../../../support/own-clock.ts";
import { providerForAll } from "../../../support/provider-for-all.ts";

const provider = providerForAll();

test("TE-4: of the calls that wait for a silent Cognito so many are under way at most, and places become free again", async () => {
  const http = limitCalls(createCognitoHttp({ deadlineMs: 10_000 }), 3);
  const url = `${provider().domain}/oauth2/token`;
  const post = () =>
    http
      .postForm(url, {}, { authorization: "none" })
      .then(({ status }) => status)
      .catch(({ status, reason }) => `${status} ${reason}`);
  provider().script({ tokenAnswer: silence });
  const clock = stopClock();

  const posted = Promise.all(Array.from({ length: 5 }, post));
  const answers = await clock.outlast(posted, () => provider().count("/oauth2/token"));

  const late = "504 no complete answer within the deadline";
  const refused = "503 too many calls wait for Cognito's answer";
  expect(answers).toEqual([late, late, late, refused, refused]);
  expect(provider().count("/oauth2/token")).toBe(3);
  provider().script({ tokenAnswer: answer(200) });
  expect(await Promise.all([post(), post(), post()])).toEqual([200, 200, 200]);
});
