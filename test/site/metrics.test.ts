import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createMetrics, type Metrics } from "../../src/site/metrics.ts";
import { answer } from "../support/faults.ts";
import { providerForAll } from "../support/provider-for-all.ts";
import { rawRequest } from "../support/raw-request.ts";
import { callbackOf, signInAtProvider } from "../support/refused.ts";
import { freePort, poolSettings, spawnServer } from "../support/spawn-server.ts";
import { start, startForAll } from "../support/start.ts";
import { createVisitor } from "../support/visitor.ts";

const minute = 60_000;
let now = Date.now();
beforeEach(() => {
  now = Date.now();
});
const provider = providerForAll({ now: () => now });
let metrics: Metrics;
beforeAll(() => {
  metrics = createMetrics();
});
const app = startForAll(() => ({
  userPool: provider(),
  measurements: metrics.measurements,
  now: () => now,
  env: { SESSION_IDLE_MINUTES: "600" },
}));

/** What a scraper reads; the names of the series with their values. */
async function scrape({ handler }: Metrics = metrics, method = "GET", path = "/metrics") {
  const server = createServer(handler).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  const text = await response.text();
  const samples = text.split("\n").flatMap((line): [string, number][] => {
    const space = line.lastIndexOf(" ");
    return line === "" || line.startsWith("#")
      ? []
      : [[line.slice(0, space), Number(line.slice(space))]];
  });
  const series = new Map(samples);
  return { status: response.status, headers: response.headers, text, series };
}

/** By how much each series grew while something was done; those that did not are left out. */
async function growthDuring(act: () => Promise<unknown>): Promise<Record<string, number>> {
  const { series: before } = await scrape();
  await act();
  const { series: after } = await scrape();
  const grown = [...after].map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, by]) => by !== 0));
}

describe("The metrics", () => {
  test("count requests by method, route and status, and never by address", async () => {
    const visitor = createVisitor();
    const grown = await growthDuring(async () => {
      await visitor.visit(`${app().appUrl}/`);
      for (const path of ["/a", "/b?c=d", "/c/%0a"]) await visitor.visit(app().appUrl + path);
      await visitor.request("GET", `${app().appUrl}/assets/site.css`);
      await visitor.request("POST", `${app().appUrl}/logout`);
      await rawRequest(app().port, ["PURGE /d HTTP/1.1", "Host: localhost"]);
    });

    expect(grown).toMatchObject({
      'http_requests_total{method="GET",route="/",status="200"}': 1,
      'http_requests_total{method="GET",route="none",status="404"}': 3,
      'http_requests_total{method="GET",route="/assets",status="200"}': 1,
      'http_requests_total{method="POST",route="/logout",status="303"}': 1,
      'http_request_duration_seconds_count{route="/"}': 1,
      'http_request_duration_seconds_count{route="none"}': 4,
    });
    expect(Object.keys(grown).filter((name) => name.includes("method="))).toHaveLength(5);
    expect(Object.keys(grown)).toContainEqual(expect.stringContaining('method="other"'));
  });

  test("count sign-ins by outcome, renewals and sign-outs, and time the calls to Cognito", async () => {
    const visitor = createVisitor();
    const grown = await growthDuring(async () => {
      await signInAtProvider(visitor, app());
      now += 61 * minute;
      await visitor.visit(`${app().appUrl}/logged-in`);
      await visitor.request("POST", `${app().appUrl}/logout`);
      provider().scriptNext({ tokenAnswer: answer(400, { error: "invalid_grant" }) });
      await signInAtProvider(visitor, app());
      const callback = await callbackOf(visitor, app());
      await createVisitor().visit(callback.href);
    });

    expect(grown).toMatchObject({
      'sign_ins_total{outcome="signed_in"}': 1,
      'sign_ins_total{outcome="token_request_refused"}': 1,
      'sign_ins_total{outcome="no_pending_sign_in"}': 1,
      'session_renewals_total{outcome="renewed"}': 1,
      sign_outs_total: 1,
      'cognito_request_duration_seconds_count{endpoint="token",outcome="2xx"}': 2,
      'cognito_request_duration_seconds_count{endpoint="token",outcome="4xx"}': 1,
      'cognito_request_duration_seconds_count{endpoint="revoke",outcome="2xx"}': 1,
    });
  });

  test("say that Cognito gave no answer", async () => {
    await provider().goDown();
    const grown = await growthDuring(() =>
      app()
        .warmUp()
        .catch(() => []),
    );
    await provider().comeBack();

    expect(grown).toMatchObject({
      'cognito_request_duration_seconds_count{endpoint="discovery",outcome="no_answer"}': 1,
    });
  });

  test("are in the Prometheus text format, with the process and its event loop", async () => {
    const { headers, text, series } = await scrape();

    expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect([...series.keys()]).toContain("nodejs_eventloop_lag_p99_seconds");
    expect([...series.keys()]).toContain("process_resident_memory_bytes");
    const line =
      /^(?:# (?:HELP|TYPE) [a-z]\w* .+|[a-z]\w*(?:\{[^\n]*\})? -?(?:[\d.e+-]+|[Nn]a[Nn]|\+Inf))$/;
    expect(
      text
        .trimEnd()
        .split("\n")
        .filter((one) => one !== "" && !line.test(one)),
    ).toEqual([]);
  });

  test.each([
    ["GET", "/", 404],
    ["GET", "/metrics/", 404],
    ["POST", "/metrics", 405],
    ["HEAD", "/metrics", 405],
  ])("are all there is: %s %s is a %i", async (method, path, status) => {
    expect((await scrape(metrics, method, path)).status).toBe(status);
  });

  test("hold the live sessions of the store, or nothing while it cannot tell", async () => {
    const counted = await start({ userPool: provider() });
    for (const visitor of [createVisitor(), createVisitor()])
      await signInAtProvider(visitor, counted);

    const live = createMetrics(async () => (await counted.rows.count?.("session")) ?? 0);
    const broken = createMetrics(() => Promise.reject(new Error("a test")));

    expect((await scrape(live)).series.get("sessions")).toBe(2);
    const { status, series } = await scrape(broken);
    expect([status, series.get("sessions")]).toEqual([200, undefined]);
  });
});

describe("METRICS_PORT", () => {
  test("serves them on a port of their own, and not on the app's", async () => {
    const [port, metricsPort] = await Promise.all([freePort(), freePort()]);
    const server = await spawnServer({
      PORT: port,
      METRICS_PORT: metricsPort,
      ...poolSettings(provider()),
    });
    onTestFinished(() => server.remove());
    await server.says(`on port ${metricsPort}`);

    const [own, shared] = await Promise.all([
      fetch(`http://127.0.0.1:${metricsPort}/metrics`),
      fetch(`http://127.0.0.1:${port}/metrics`),
    ]);

    expect([own.status, shared.status]).toEqual([200, 404]);
    expect(await own.text()).toMatch(/^sessions 0$/m);
    await shared.text();
  });

  test("that is taken is named, and nothing starts", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;

    const server = await spawnServer({
      PORT: await freePort(),
      METRICS_PORT: String(port),
      ...poolSettings(provider()),
    });
    onTestFinished(() => server.remove());

    expect(await server.exitCode).toBe(1);
    expect(server.output()).toContain(`Port ${port} is taken`);
    expect(server.output()).toContain("METRICS_PORT");
  });
});
