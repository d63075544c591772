import { announcement } from "./announcement.ts";
import { readCertificate } from "./certificate-files.ts";
import { settingsOfWords, withClients } from "./client-words.ts";
import { type CommandWords, readWords, usage } from "./command-words.ts";
import { type LocalCognito, startLocalCognito } from "./local-cognito.ts";
import { type PoolSettings, withFirstClient } from "./pool/pool-settings.ts";
import { isOnThisMachine } from "./pool/registered-urls.ts";
import { assertMayLeadTo } from "./start-conditions.ts";
import { readTemplateFile } from "./template/file.ts";
import { isStandInText } from "./template/language/stand-in.ts";
import { readParameterFile } from "./template/parameter-file.ts";
import { WrongWordsError } from "./word-shapes.ts";

/** Where the command writes: what it has done to `output`, what is wrong to `errors`. */
export interface Terminal {
  output: { write(text: string): unknown };
  errors: { write(text: string): unknown };
}

/**
 * `local-cognito`: starts a pool of its own, for an app in any language, and tells its values. Resolves to the exit
 * code where nothing runs: 2 for words that make no command, 1 where it cannot start.
 */
export async function localCognitoCommand(
  words: string[],
  env: Record<string, string | undefined>,
  { output, errors }: Terminal,
): Promise<LocalCognito | 0 | 1 | 2> {
  let asked: CommandWords | undefined;
  try {
    asked = readWords(words);
    if (asked.isHelp) {
      output.write(`${usage}\n`);
      return 0;
    }
    const ofTemplate = await settingsOf(asked, env, errors);
    const settings: PoolSettings = asked.usesManagedLogin
      ? { ...ofTemplate, managedLoginVersion: 2 }
      : ofTemplate;
    const localCognito = await startLocalCognito({
      dataDirectory: asked.dataDirectory,
      port: asked.port,
      ...(asked.host !== undefined && { host: asked.host }),
      publicUrl: asked.publicUrl,
      certificate: asked.certificate && (await readCertificate(asked.certificate)),
      settings,
      usersFile: asked.usersFile,
      triggers: asked.triggers,
      isProduction: env.NODE_ENV?.trim() === "production",
      warn: (warning) => errors.write(`${warning}\n`),
      report: (error) => errors.write(`Local Cognito failed to answer: ${stackOf(error)}\n`),
    });
    output.write(announcement(localCognito, settings));
    return localCognito;
  } catch (error) {
    if (error instanceof WrongWordsError) {
      errors.write(`${error.message}\n\n${usage}\n`);
      return 2;
    }
    errors.write(`Nothing was started. ${explain(error, asked)}\n`);
    return 1;
  }
}

async function settingsOf(
  asked: CommandWords,
  env: Record<string, string | undefined>,
  errors: Terminal["errors"],
): Promise<PoolSettings> {
  const { callbackUrls, signOutUrls } = asked.first;
  for (const url of [...(callbackUrls ?? []), ...(signOutUrls ?? [])]) assertMayLeadTo(url);
  const ofMachine = asked.parameters["AWS::Region"] ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const region = asked.region ?? ofMachine?.trim();
  if (asked.templates.length === 0) {
    const place = {
      ...(region && { region }),
      ...(asked.accountId && { accountId: asked.accountId }),
    };
    return { ...settingsOfWords(asked.first, asked.newClients), ...place };
  }
  const settings = withClients(await settingsIn(asked, region, errors), asked.newClients);
  const [first] = settings.clients;
  return withFirstClient(settings, {
    callbackUrls: added("callback", first.callbackUrls, callbackUrls),
    signOutUrls: added("sign-out", first.signOutUrls, signOutUrls),
  });

  /** What is given takes the place of what only AWS knows, and is added to the rest. */
  function added(kind: string, own: string[], given: string[] = []): string[] {
    const news = given.filter((url) => !own.includes(url));
    if (news.length === 0) return own;
    errors.write(`The client ${first.name} has besides, as a ${kind} URL: ${news.join(", ")}\n`);
    return [...news, ...own.filter((url) => !isStandInText(url))];
  }
}

async function settingsIn(
  { templates, parameters, parameterFiles, accountId, pool, client, first }: CommandWords,
  region: string | undefined,
  errors: Terminal["errors"],
): Promise<PoolSettings> {
  const { callbackUrls } = first;
  const files = await Promise.all(parameterFiles.map(readParameterFile));
  const { settings, warnings } = await readTemplateFile(templates, {
    parameters,
    parametersOfFile: Object.assign({}, ...files),
    ...(region && { region }),
    ...(accountId && { accountId }),
    ...(pool && { pool }),
    ...(client && { client }),
    ...(callbackUrls && { callbackUrls }),
  });
  for (const warning of warnings) errors.write(`${warning}\n`);
  for (const { name, callbackUrls, signOutUrls } of settings.clients) {
    const beyond = [...callbackUrls, ...signOutUrls].filter((url) => !isOnThisMachine(url));
    const known = beyond.filter((url) => !isStandInText(url));
    if (known.length === 0) continue;
    errors.write(
      `The client ${name} is registered for ${known.join(", ")}, where local Cognito leads nobody: that is not on this machine.\n`,
    );
  }
  return settings;
}

function explain(error: unknown, asked: CommandWords | undefined): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") {
    return `Port ${asked?.port} is taken.\nAnother local Cognito may be running: stop it, or choose another port with --port.`;
  }
  if (code === "EACCES" && path === undefined) {
    return `Port ${asked?.port} may not be used.\nPorts below 1024 are reserved: choose another one with --port.`;
  }
  if (code !== undefined && path !== undefined) {
    return `${path} cannot be used: ${message}.\nUsers and keys are kept in the data directory: name one that you may write to with --data-directory.`;
  }
  return message ?? stackOf(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
