import { NoSdkError } from "./aws.ts";
import { MisunderstoodError, usage } from "./orders.ts";
import { StackFailedError } from "./stack.ts";

interface Circumstances {
  region: string;
  stackName: string;
}

/** System codes that are about `.env` and not about AWS. */
const fileErrors = ["EACCES", "EPERM", "EROFS", "ENOSPC", "EISDIR", "ENOTDIR"];

/** Each what happened and what to do, by the name of the SDK's error and its message. */
const explanations: [RegExp, (where: Circumstances, message: string) => string][] = [
  [
    /ExpiredToken|TokenRefreshRequired|refresh this SSO session/i,
    () => "Your AWS credentials have expired.\nSign in anew (aws sso login), and run this again.",
  ],
  [
    /CredentialsProviderError|Could not load credentials|NoCredentials/,
    () =>
      "No AWS credentials were found.\nSign in as you do for the AWS CLI (aws configure, or aws sso login with AWS_PROFILE set), and run this again.",
  ],
  [
    /UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature/,
    ({ region }) =>
      `AWS does not accept these credentials in ${region}.\nSee whether they belong to the account that you mean, and whether the region is switched on for it.`,
  ],
  [
    /AccessDenied|NotAuthorized|UnauthorizedOperation|not authorized to perform/,
    (_, message) =>
      `Your AWS credentials may not do this: ${actionIn(message)}.\nAsk for the permissions to manage CloudFormation stacks and Cognito user pools, or use other credentials (AWS_PROFILE).`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|TimeoutError|ETIMEDOUT/,
    ({ region }) =>
      `AWS does not answer in ${region}.\nSee whether the region's name is right, and whether this machine reaches the internet. The AWS SDK knows no HTTPS_PROXY: behind one, use the AWS CLI (src/user-pool/README.md).`,
  ],
  [
    /Parameters?:? .*(failed to satisfy constraint|must be one of|do not exist|must have values)/,
    (_, message) =>
      `AWS does not take what was given: ${message}\nsrc/user-pool/template.yaml says at its top what each --parameter may be; AppUrl is --app-url.`,
  ],
  [
    /Throttling|Rate exceeded/,
    () => "AWS asks to go slower.\nRun this again in a minute: it goes on where it was.",
  ],
];

/** By what CloudFormation says of the resource that failed. */
const stackExplanations: [RegExp, string][] = [
  [
    /domain already (?:associated|exists)|already associated with another user pool/i,
    "Somebody has that domain prefix already: prefixes are shared by everybody in the region. Choose another one: npm run setup -- --parameter DomainPrefix=…",
  ],
  [
    /deletion protection/i,
    "The pool is protected from deletion. Run: npm run setup -- --parameter DeletionProtection=INACTIVE",
  ],
  [
    /not authorized|AccessDenied/i,
    "Your AWS credentials may manage stacks, and not everything in this one. Ask for the permissions to manage Cognito user pools.",
  ],
  [
    /email address is not verified|SourceArn/i,
    "Amazon SES has not verified that sender in this region. Verify it there first, or leave SesSender out.",
  ],
];

/** What went wrong and what to do, for the person at the terminal; never a secret. */
export function explainFailure(error: unknown, where: Circumstances | undefined): string {
  if (error instanceof MisunderstoodError) return `${error.message}\n\n${usage}`;
  if (error instanceof NoSdkError) {
    return "The AWS SDK is not installed here.\nIt is a development dependency: run npm install without --omit=dev.";
  }
  const stack = where ?? { region: "", stackName: "" };
  if (error instanceof StackFailedError) return explainStack(error, stack);
  const { name, message, code } = error as Error & { code?: string };
  const facts = `${name} ${code ?? ""} ${message}`;
  if (fileErrors.includes(code ?? "")) {
    return `.env could not be read or written: ${message}.\nWhat AWS has made stands: mend that, and run this again to have the settings written.`;
  }
  const known = explanations.find(([pattern]) => pattern.test(facts));
  if (known) return known[1](stack, message);
  return `This did not go well: ${message}\nRun it again: it goes on where the stack ${stack.stackName} in ${stack.region} is.`;
}

function explainStack({ status, reasons }: StackFailedError, where: Circumstances): string {
  const [reason] = reasons;
  const known = stackExplanations.find(([pattern]) => pattern.test(reason ?? ""))?.[1];
  const again = `npm run setup -- --region ${where.region} --stack-name ${where.stackName}`;
  return [
    status === "CHANGE_REFUSED"
      ? `AWS does not take this change of the stack ${where.stackName}.`
      : `The stack ${where.stackName} is ${status}: AWS has not made the change.`,
    ...(reason ? [`Its reason: ${reason}`] : []),
    ...(neverWhole.includes(status)
      ? [`A stack that was never made whole has to go first: ${again} --delete`]
      : []),
    ...(known ? [known.replace("npm run setup --", again)] : []),
    ...(status === "UPDATE_ROLLBACK_FAILED"
      ? [
          "AWS could not go back either: continue the rollback in the CloudFormation console, and run this again.",
        ]
      : []),
  ].join("\n");
}

const neverWhole = ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"];

/** `cloudformation:CreateChangeSet`; the rest of the sentence names the account. */
function actionIn(message: string): string {
  return /perform: ([\w:*-]+)/.exec(message)?.[1] ?? "it did not say which action";
}
