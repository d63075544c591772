import { afterAll, afterEach, beforeAll } from "vitest";
import {
  createScriptedProvider,
  type ScriptedProvider,
  type ScriptedProviderOptions,
} from "./scripted-provider.ts";

/** One scripted provider for all tests of a file: each test finds it well-behaved, with its own user and no requests. */
export function providerForAll(options: ScriptedProviderOptions = {}): () => ScriptedProvider {
  let provider: ScriptedProvider | undefined;
  let user: ScriptedProvider["user"] = {};
  const started = () => {
    if (!provider) throw new Error("The provider has not been started yet.");
    return provider;
  };
  beforeAll(async () => {
    provider = await createScriptedProvider(options);
    user = provider.user;
  });
  afterEach(() => {
    started().reset();
    started().user = user;
  });
  afterAll(() => provider?.close());
  return started;
}
