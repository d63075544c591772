import type { Message, MessageKey } from "../messages.ts";
import type { PasswordPolicy } from "../pool/pool-settings.ts";

/** No password, new or typed at sign-in, may be longer; checked before any hashing. */
export const longestPassword = 256;

interface PasswordRule {
  /** Whether a policy has this rule. */
  isIn: (policy: PasswordPolicy) => boolean;
  isMet: (password: string) => boolean;
  broken: MessageKey;
  hint: MessageKey;
}

const rules: PasswordRule[] = [
  {
    isIn: ({ requireUppercase }) => requireUppercase,
    isMet: (password) => /[A-Z]/.test(password),
    broken: "passwordNeedsUpperCase",
    hint: "upperCaseLetters",
  },
  {
    isIn: ({ requireLowercase }) => requireLowercase,
    isMet: (password) => /[a-z]/.test(password),
    broken: "passwordNeedsLowerCase",
    hint: "lowerCaseLetters",
  },
  {
    isIn: ({ requireNumbers }) => requireNumbers,
    isMet: (password) => /[0-9]/.test(password),
    broken: "passwordNeedsNumber",
    hint: "numbers",
  },
  {
    isIn: ({ requireSymbols }) => requireSymbols,
    // A space counts as a symbol too, except as the first or last character.
    isMet: (password) => /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|(?<=.) (?=.)/su.test(password),
    broken: "passwordNeedsSymbol",
    hint: "symbols",
  },
];

/** The policy in words, for the hint beside the field. */
export function passwordHint(policy: PasswordPolicy): Message {
  const minimum = policy.minimumLength;
  const classes = rules.filter(({ isIn }) => isIn(policy)).map(({ hint }) => hint);
  if (classes.length === 0) return { key: "passwordHintLength", values: { minimum } };
  return { key: "passwordHint", values: { minimum, classes } };
}

/** Returns the first rule of the policy that the password breaks, in Cognito's words. */
function passwordPolicyProblem(password: string, policy: PasswordPolicy): MessageKey | undefined {
  if (password.length > longestPassword) return "passwordTooLong";
  // AWS takes no password that does not match `^[\S]+.*[\S]+$`; its white space is that of ASCII.
  if (/^[ \t-\r]|[ \t-\r]$/.test(password)) return "passwordHasBlankEnds";
  if ([...password].length < policy.minimumLength) return "passwordTooShort";
  const broken = rules.find(({ isIn, isMet }) => isIn(policy) && !isMet(password))?.broken;
  return broken && /[\uff01-\uff5e]/.test(password) ? "passwordHasFullWidth" : broken;
}

/** Returns what is wrong with a new password that had to be typed twice. */
export function newPasswordProblem(
  password: string,
  again: string,
  policy: PasswordPolicy,
): MessageKey | undefined {
  const problem = passwordPolicyProblem(password, policy);
  return problem ?? (password === again ? undefined : "passwordsDiffer");
}
