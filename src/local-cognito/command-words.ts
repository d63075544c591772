import { parseArgs } from "node:util";
import {
  type ClientWords,
  clientOptions,
  clientWords,
  newClient,
  splitWords,
} from "./client-words.ts";
import type { ClientSettings } from "./pool/pool-settings.ts";
import { WrongWordsError } from "./word-shapes.ts";

/** What the words of the command ask for. */
export interface CommandWords {
  port: number;
  host: string | undefined;
  publicUrl: string | undefined;
  /** Two files. */
  certificate: { cert: string; key: string } | undefined;
  /** Of the first client: URLs beside those of the template, or in place of the tutorial's. */
  first: ClientWords;
  /** Those behind it. */
  newClients: ClientSettings[];
  dataDirectory: string;
  /** Files that belong together; none for the pool of the tutorial. */
  templates: string[];
  parameters: Record<string, string>;
  parameterFiles: string[];
  region: string | undefined;
  accountId: string | undefined;
  /** Logical names in the templates. */
  pool: string | undefined;
  client: string | undefined;
  usersFile: string | undefined;
  usesManagedLogin: boolean;
  /** A module with a function for each Lambda trigger. */
  triggers: string | undefined;
  isHelp: boolean;
}

export const usage = `Usage:
  local-cognito [--port PORT] [--callback-url URL ...] [--sign-out-url URL ...]

  --port PORT             where to listen on 127.0.0.1; default 4300, and 0 picks a free port
  --certificate FILE      a certificate and its chain (PEM), such as mkcert makes: the pool is then at https://…
  --key FILE              its private key (PEM)
  --host HOST             another address to listen on, such as 0.0.0.0 in a container; needs --public-url as well
  --public-url URL        where everybody finds the pool, such as http://cognito.local:4300
  --callback-url URL      where an app gets its codes; as often as there are any; default http://localhost:3000/logged-in
  --sign-out-url URL      where an app leads after signing out; default http://localhost:3000/logout
  --data-directory DIR    where users and keys are kept; default .local-cognito
  --template FILE         a CloudFormation template (YAML or JSON) with the pool's settings, its URLs included;
                          several where pool and clients are in different files
  --parameter NAME=VALUE  a parameter of the template, or something in it that only AWS knows
  --parameters FILE       parameters in a file, as CloudFormation, the AWS CLI or SAM has it
  --region REGION         where the stack would be; default AWS_REGION, or eu-west-1
  --account ID            whose it would be; default 123456789012
  --pool NAME             the pool by its logical name, where the template has several
  --client NAME           the client by its logical name that your app uses; default the first that leads to this machine
  --managed-login         pages of managed login in place of the classic ones; else as the template has it
  --users FILE            users that are to be there (YAML or JSON)
  --triggers FILE         a module with a function for each Lambda trigger, such as preSignUp; edits count at once
  --no-secret             the client is a public one, such as a page or an app on a telephone
  --grant GRANT           code (the default), implicit or client_credentials; as often as there are any
  --scope SCOPE           what the client may ask for: openid, email …, or a custom one such as orders/read
  --auth-flow FLOW        what the client may do by API: USER_PASSWORD_AUTH, USER_SRP_AUTH, USER_AUTH …; default all but USER_AUTH
  --new-client NAME       a further client: what stands behind is about it, callback and sign-out URLs too
  --help                  these lines`;

const options = {
  port: { type: "string", default: "4300" },
  certificate: { type: "string" },
  key: { type: "string" },
  host: { type: "string" },
  "public-url": { type: "string" },
  ...clientOptions,
  "data-directory": { type: "string", default: ".local-cognito" },
  template: { type: "string", multiple: true, default: [] as string[] },
  parameter: { type: "string", multiple: true, default: [] as string[] },
  parameters: { type: "string", multiple: true, default: [] as string[] },
  region: { type: "string" },
  account: { type: "string" },
  pool: { type: "string" },
  client: { type: "string" },
  users: { type: "string" },
  "managed-login": { type: "boolean", default: false },
  triggers: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Reads the words that stand behind the command's name; throws WrongWordsError. */
export function readWords(words: string[]): CommandWords {
  const { before, clients } = splitWords(words);
  const flags = parse(before);
  const parameters = flags.parameter.map(parameterIn);
  const isOfTemplate = flags.pool ?? flags.client ?? flags.parameter[0] ?? flags.parameters[0];
  if (isOfTemplate !== undefined && flags.template.length === 0) {
    throw new WrongWordsError(
      `“${isOfTemplate}” is about a template, and there is none: name it with --template FILE.`,
    );
  }
  assertTemplateIsHeard(flags);
  return {
    port: portIn(flags.port),
    host: flags.host,
    publicUrl: flags["public-url"],
    certificate: certificateIn(flags),
    first: clientWords(flags),
    newClients: clients.map(newClient),
    dataDirectory: flags["data-directory"],
    templates: flags.template,
    parameters: Object.fromEntries(parameters),
    parameterFiles: flags.parameters,
    region: formed("--region", flags.region, /^[a-z]{2}(-[a-z]+)+-\d+$/, "such as eu-west-1"),
    accountId: formed("--account", flags.account, /^\d{12}$/, "12 digits"),
    pool: flags.pool,
    client: flags.client,
    usersFile: flags.users,
    usesManagedLogin: flags["managed-login"],
    triggers: flags.triggers,
    isHelp: flags.help,
  };
}

function parse(words: string[]) {
  try {
    return parseArgs({ args: words, options }).values;
  } catch (error) {
    throw new WrongWordsError((error as Error).message);
  }
}

/** What a template says of its clients no flag changes, but for addresses. */
function assertTemplateIsHeard({ template, ...flags }: ReturnType<typeof parse>): void {
  const given = (["no-secret", "grant", "scope", "auth-flow"] as const).find((name) => flags[name]);
  if (template.length === 0 || given === undefined) return;
  throw new WrongWordsError(
    `--${given} is for clients that flags make: the template says that of its own. Another client begins with --new-client NAME.`,
  );
}

function portIn(word: string): number {
  if (/^\d{1,5}$/.test(word) && Number(word) <= 65_535) return Number(word);
  throw new WrongWordsError(`--port is “${word}”; a port is a number from 0 to 65535.`);
}

function certificateIn({ certificate: cert, key }: { certificate?: string; key?: string }) {
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key };
  throw new WrongWordsError("--certificate and --key are two files that go together; name both.");
}

function formed(
  flag: string,
  word: string | undefined,
  pattern: RegExp,
  form: string,
): string | undefined {
  if (word === undefined || pattern.test(word)) return word;
  throw new WrongWordsError(`${flag} is “${word}”; it has to be ${form}.`);
}

function parameterIn(word: string): [string, string] {
  const at = word.indexOf("=");
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw new WrongWordsError(`--parameter is “${word}”; it has to be NAME=VALUE.`);
}
