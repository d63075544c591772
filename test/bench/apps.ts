import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { type AppUnderTest, freePort, type Launch, launch } from "./app-under-test.ts";
import { type ProviderStub, stubUser } from "./provider-stub.ts";

const root = join(import.meta.dirname, "..", "..");
const views = join(root, "views");

/** Starts the apps that are compared, each with the same views and the same provider. */
export interface Apps {
  /** Express and EJS alone. */
  bare(): Promise<AppUnderTest>;
  /** The peer. */
  awsQuick(): Promise<AppUnderTest>;
  /** The app as it is built, everything on. */
  ours(options?: Partial<Launch>): Promise<AppUnderTest>;
  /** The app as a newcomer starts it: no settings, local Cognito beside it. */
  oursWithLocalCognito(): Promise<AppUnderTest>;
}

/** Apps that keep their files below `folder`. */
export function createApps(folder: string, provider: ProviderStub): Apps {
  const emailVerified = true;
  const user = { ...stubUser, emailVerified, groups: [] };
  const sessionSecret = randomBytes(32).toString("hex");

  return {
    bare: () =>
      launch({
        name: "bare",
        script: join(root, "dist/bench/bare.js"),
        folder,
        env: { VIEWS: views, USER: JSON.stringify(user) },
      }),
    awsQuick: () =>
      launch({
        name: "aws-quick",
        script: join(root, "dist/bench/aws-quick.js"),
        folder,
        env: {
          VIEWS: views,
          ISSUER: provider.issuer,
          CLIENT_ID: provider.clientId,
          CLIENT_SECRET: provider.clientSecret,
        },
      }),
    ours: ({ name = "ours", env, ...options } = {}) =>
      launch({
        name,
        script: join(root, "dist/server.js"),
        folder,
        ...options,
        env: {
          DATA_DIR: join(folder, name),
          SESSION_SECRET: sessionSecret,
          COGNITO_DOMAIN: provider.domain,
          COGNITO_ISSUER: provider.issuer,
          CLIENT_ID: provider.clientId,
          CLIENT_SECRET: provider.clientSecret,
          ...env,
        },
      }),
    async oursWithLocalCognito() {
      const fresh = await mkdtemp(join(folder, "newcomer-"));
      await mkdir(fresh, { recursive: true });
      return await launch({
        name: "ours with local Cognito",
        script: join(root, "dist/server.js"),
        folder: fresh,
        env: { NODE_ENV: "development", LOCAL_COGNITO_PORT: String(await freePort()) },
      });
    },
  };
}
