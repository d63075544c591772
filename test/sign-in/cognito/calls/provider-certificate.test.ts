import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type Certificate, issueCertificate } from "../../../support/certificates.ts";
import { start } from "../../../support/start.ts";
import { trust } from "../../../support/trusted-authority.ts";
import { createVisitor } from "../../../support/visitor.ts";

const name = "An authority that is trusted here";
const authority = { ...issueCertificate({ hosts: [name], isAuthority: true }), name };
const issuer = authority;

test.each<[string, Certificate, string]>([
  ["signed by itself", issueCertificate({ hosts: ["localhost"] }), "SELF_SIGNED"],
  [
    "expired",
    issueCertificate({ hosts: ["localhost"], issuer, validDays: [-3, -1] }),
    "CERT_HAS_EXPIRED",
  ],
  [
    "not valid yet",
    issueCertificate({ hosts: ["localhost"], issuer, validDays: [1, 3] }),
    "CERT_NOT_YET_VALID",
  ],
  ["for another host", issueCertificate({ hosts: ["pool.test"], issuer }), "ALTNAME_INVALID"],
])(
  "TE-7: tells nothing to a token endpoint whose certificate is %s",
  async (_title, certificate, problem) => {
    const pool = await listen(certificate);

    const { status, log } = await finishSignIn(pool.origin);

    expect(status).toBe(502);
    expect(pool.requests).toEqual([]);
    expect(log).toContainEqual(
      expect.objectContaining({
        code: "cognito_unreachable",
        reason: "its certificate is not one that we trust",
        details: expect.objectContaining({ networkError: expect.stringContaining(problem) }),
      }),
    );
  },
);

test("TE-7: speaks to one whose certificate holds", async () => {
  const pool = await listen(issueCertificate({ hosts: ["localhost"], issuer }));

  const { status } = await finishSignIn(pool.origin);

  // It answers with nothing of use, and it was asked.
  expect([status, pool.requests]).toEqual([502, ["POST /oauth2/token"]]);
});

/** Comes back from the hosted UI to an app whose user pool is there. */
async function finishSignIn(domain: string) {
  trust(authority.cert);
  const userPool = {
    domain,
    issuer: `${domain}/eu-west-1_Scripted1`,
    clientId: "5scripted1client2id3456789",
    clientSecret: "scriptedsecret0123456789abcdefghijklmnopqrstuvwxyz",
  };
  const app = await start({ userPool });
  const visitor = createVisitor();
  const begun = await visitor.request("GET", `${app.appUrl}/login`);
  const state = new URL(begun.location ?? "").searchParams.get("state");
  const { status } = await visitor.request("GET", `${app.appUrl}/logged-in?code=x&state=${state}`);
  return { status, log: app.log };
}

async function listen(certificate: Certificate): Promise<{ origin: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer(certificate, (req, res) => {
    requests.push(`${req.method} ${req.url}`);
    res.end("{}");
  });
  // A client that turns away is what most of these tests are about.
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `https://localhost:${(server.address() as AddressInfo).port}`, requests };
}
