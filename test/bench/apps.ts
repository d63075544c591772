import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AppUnderTest, freePort, type Launch, launch } from "./app-under-test.ts";
import { type ProviderStub, stubUser } from "./provider-stub.ts";

const root = join(import.meta.dirname, "..", "..");
const views = join(root, "views");

/** What others offer, after their own documentation, the strongest of each kind. */
export const rivals = [
  "aws-quick",
  "express-openid-connect",
  "passport-openidconnect",
  "auth-express",
] as const;

export const packageAlone = "ours, the package alone";

/** Starts the apps that are compared, each with the same views and the same provider. */
export interface Apps {
  /** Express and EJS alone. */
  bare(): Promise<AppUnderTest>;
  rival(name: (typeof rivals)[number]): Promise<AppUnderTest>;
  /** The app as it is built, everything on. */
  ours(options?: Partial<Launch>): Promise<AppUnderTest>;
  /** The package as it is built, in an app with nothing else. */
  package(): Promise<AppUnderTest>;
  /** The app as a newcomer starts it: no settings, local Cognito beside it. */
  oursWithLocalCognito(): Promise<AppUnderTest>;
}

/** Apps that keep their files below `folder`. */
export function createApps(folder: string, provider: ProviderStub): Apps {
  const emailVerified = true;
  const user = { ...stubUser, emailVerified, groups: [] };
  const script = (name: string) => join(root, `test/bench/built/${name}.js`);
  const { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET } = provider;
  const ourSettings = {
    SESSION_SECRET: randomBytes(32).toString("hex"),
    COGNITO_DOMAIN: provider.domain,
    COGNITO_ISSUER: provider.issuer,
    CLIENT_ID,
    CLIENT_SECRET,
  };

  return {
    bare: () =>
      launch({
        name: "bare",
        script: script("bare"),
        folder,
        env: { VIEWS: views, USER: JSON.stringify(user) },
      }),
    rival: (name) =>
      launch({
        name,
        script: script(name),
        folder,
        env: {
          VIEWS: views,
          ISSUER: provider.issuer,
          DOMAIN: provider.domain,
          CLIENT_ID,
          CLIENT_SECRET,
        },
      }),
    ours: ({ name = "ours", env, ...options } = {}) =>
      launch({
        name,
        script: join(root, "dist/server.js"),
        folder,
        ...options,
        env: { DATA_DIR: join(folder, name), ...ourSettings, ...env },
      }),
    async package() {
      const port = await freePort();
      return await launch({
        name: packageAlone,
        script: script("package"),
        folder,
        port,
        env: {
          VIEWS: views,
          PACKAGE: pathToFileURL(join(root, "dist/package/sign-in/index.js")).href,
          APP_URL: `http://localhost:${port}`,
          DATA_DIR: join(folder, "package"),
          ...ourSettings,
        },
      });
    },
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
