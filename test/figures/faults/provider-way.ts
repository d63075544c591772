import type { ServerResponse } from "node:http";
import { answer } from "../../support/faults.ts";
import type { ApiCall, ScriptedProvider, TokenContext } from "../../support/scripted-provider.ts";
import { openTcpTap, type TapMode } from "../../support/tcp-tap.ts";
import type { Dependency } from "./cell.ts";
import { newName, setResolvable } from "./name-service.ts";
import { type Credentials, openTlsFront, type TlsFront } from "./tls-front.ts";

/** Takes an answer of the endpoint into its own hands; `good` is what it would be without. */
export type EndpointAnswer = (res: ServerResponse, good: object) => void | Promise<void>;

/** The app's way to one endpoint of the provider, over a name, a wire and TLS that can each be broken. */
export interface ProviderWay {
  origin: string;
  /** What happens on the wire from now on, to connections that are open as well. */
  wire(mode: TapMode): Promise<void>;
  resolves(isResolvable: boolean): Promise<void>;
  presents(credentials: Credentials): Promise<void>;
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  answers(how: EndpointAnswer | undefined): void;
  close(): Promise<void>;
}

/** A way of its own to that endpoint. */
export async function openProviderWay(
  provider: ScriptedProvider,
  endpoint: Exclude<Dependency, "store">,
): Promise<ProviderWay> {
  const providerPort = Number(new URL(provider.domain).port);
  const front = await openTlsFront(providerPort);
  const fronts: TlsFront[] = [front];
  const tap = await openTcpTap(front.port);
  const host = newName();

  /** A connection that stays open would not notice. */
  async function cut(): Promise<void> {
    await tap.set("reset");
    await tap.set("pass");
  }

  return {
    origin: `https://${host}:${tap.port}`,
    wire: (mode) => tap.set(mode),
    async resolves(isResolvable) {
      setResolvable(host, isResolvable);
      if (!isResolvable) await cut();
    },
    async presents(credentials) {
      const bad = credentials === "good" ? front : await openTlsFront(providerPort, credentials);
      if (bad !== front) fronts.push(bad);
      tap.forwardTo(bad.port);
      await cut();
    },
    goDown: () => front.goDown(),
    comeBack: () => front.comeBack(),
    answers: (how) => provider.script(how ? scriptOf(provider, endpoint, how) : nothingSpecial),
    async close() {
      await tap.close();
      for (const open of fronts) await open.goDown();
    },
  };
}

const nothingSpecial = { tokenAnswer: undefined, jwksAnswer: undefined, apiAnswer: undefined };

function scriptOf(provider: ScriptedProvider, endpoint: string, how: EndpointAnswer) {
  if (endpoint === "JWKS") {
    return { jwksAnswer: (res: ServerResponse) => how(res, { keys: provider.publishedJwks }) };
  }
  if (endpoint === "account API") {
    return { apiAnswer: (res: ServerResponse, { good }: ApiCall) => how(res, good) };
  }
  return {
    tokenAnswer: (res: ServerResponse, context?: TokenContext) =>
      context ? how(res, context.body) : answer(400, { error: "invalid_grant" })(res),
  };
}
