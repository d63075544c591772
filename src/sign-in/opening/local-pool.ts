import { join } from "node:path";
import type { LocalCognito, LocalCognitoOptions } from "../../local-cognito/local-cognito.ts";
import type { SignInLog } from "../events.ts";
import type { UserPoolSettings } from "../settings/cognito.ts";
import type { SignInSettings } from "../settings/settings.ts";

/** Local Cognito, as far as the sign-in has to do with it. */
export interface LocalPool {
  origin: string;
  userPool: UserPoolSettings;
  close(): Promise<void>;
}

const firstPort = 4300;
/** Several apps of one machine have a local Cognito each. */
const portsToTry = 20;

/** Starts the look-alike of a user pool, set up as AWS would set up the real one; nothing of it is loaded before. */
export async function startLocalPool(settings: SignInSettings, log: SignInLog): Promise<LocalPool> {
  const { readTemplateFile } = await import("../../local-cognito/template/file.ts");
  const { templatePath } = await import("../../user-pool/template-path.ts");
  const { readCertificate } = await import("../../local-cognito/certificate-files.ts");
  const {
    template = templatePath,
    parameters,
    usersFile,
    triggers,
    port,
    certificate,
  } = settings.localCognito;
  const dataDirectory = join(settings.dataDirectory, "local-cognito");
  const { settings: pool, warnings } = await readTemplateFile(template, {
    parameters,
    appUrl: settings.appUrl,
    cacheDirectory: dataDirectory,
  });
  for (const warning of warnings) log.warn({}, warning);
  const localCognito = await startOn(port, {
    dataDirectory,
    settings: pool,
    identityProviders: settings.identityProviders,
    usersFile,
    triggers,
    certificate: certificate && (await readCertificate(certificate)),
    callbackUrls: [settings.callbackUrl],
    signOutUrls: [settings.signOutUrl],
    isProduction: settings.isProduction,
    warn: (warning) => log.warn({}, warning),
    report: (error) => log.error({ err: error }, "local Cognito failed to answer"),
  });
  const { origin, issuer, clientId, clientSecret, close } = localCognito;
  return { origin, userPool: { domain: origin, issuer, clientId, clientSecret }, close };
}

/** On the port that is given and no other, or else on the first that is free. */
async function startOn(
  port: number | undefined,
  options: LocalCognitoOptions,
): Promise<LocalCognito> {
  const { startLocalCognito } = await import("../../local-cognito/local-cognito.ts");
  if (port !== undefined) return await startLocalCognito({ ...options, port });
  for (let candidate = firstPort; ; candidate += 1) {
    try {
      return await startLocalCognito({ ...options, port: candidate });
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken || candidate === firstPort + portsToTry) throw error;
    }
  }
}
