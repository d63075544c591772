import { standardErrorLog } from "./events.ts";
import { openResources } from "./opening/resources.ts";
import { readOptions, type SignInOptions } from "./options.ts";
import { createSignIn, type SignIn } from "./sign-in.ts";

export type {
  CodeDelivery,
  OwnAccount,
  UserAccount,
} from "./cognito/account/user-account.ts";
export type { User } from "./cognito/user.ts";
export { AppError as SignInError, type ErrorCode } from "./errors.ts";
export type { SignInEvent, SignInLog } from "./events.ts";
export type { SignInOptions } from "./options.ts";
export type {
  AccountFacts,
  ErrorFacts,
  Page,
  Pages,
  SessionFacts,
  SessionsFacts,
} from "./pages/own-pages.ts";
export { ConfigError } from "./settings/problems.ts";
export type { Ready, SignIn } from "./sign-in.ts";
export type { LoginUrlOptions } from "./visitor/login-url.ts";
export type { RequestSignIn } from "./visitor/visit.ts";

/**
 * The sign-in of an app, from the environment and from options in place of it. It returns at once and opens what it needs
 * meanwhile; throws one ConfigError with every problem of its settings.
 *
 * ```js
 * const signIn = cognitoSignIn();
 * app.use(signIn);
 * app.get("/", (req, res) => res.render("index", { user: req.signIn.user }));
 * app.get("/checkout", signIn.requireUser, checkout);
 * ```
 */
export function cognitoSignIn(options: SignInOptions = {}): SignIn {
  const {
    settings,
    pages,
    log = standardErrorLog,
    onEvent: tell = () => {},
  } = readOptions(options, process.env);
  const open = () => openResources(settings, log, Date.now);
  return createSignIn({ settings, log, open, pages, tell, now: Date.now });
}
