import type { SignInSettings } from "../settings/settings.ts";

/** What a link to the sign-in may want of it. */
export interface LoginUrlOptions {
  /** A path of your app to come back to. */
  returnTo?: string | undefined;
  /** One of the identity providers that are set. */
  provider?: string | undefined;
  /** Fills in the field for the name. */
  loginHint?: string | undefined;
  /** A language of managed login, such as `es` or `pt-BR`. */
  lang?: string | undefined;
  /** `login` asks again, and `none` tries silently and comes back either way; classic pages ignore both. */
  prompt?: string | undefined;
  /** Opens on the page for new users. */
  signUp?: boolean | undefined;
}

/** What travels from a link to the sign-in to Cognito, as the parameters of the link. */
export interface Wishes {
  returnTo?: string | undefined;
  provider?: string | undefined;
  login_hint?: string | undefined;
  lang?: string | undefined;
  prompt?: string | undefined;
  /** Seconds: how long ago the visitor may last have proved who they are. */
  max_age?: string | undefined;
  /** `other-host` where the visitor was sent to the app's own address already. */
  from?: string | undefined;
}

/** The address of a sign-in on this site. Throws a TypeError for what no sign-in could do. */
export function loginUrl(
  { paths, identityProviders }: Pick<SignInSettings, "paths" | "identityProviders">,
  { returnTo, provider, loginHint, lang, prompt, signUp }: LoginUrlOptions,
): string {
  if (returnTo !== undefined && !returnTo.startsWith("/")) {
    throw new TypeError(`loginUrl: returnTo is no path of this site: ${returnTo}`);
  }
  if (provider !== undefined && !identityProviders.includes(provider)) {
    throw new TypeError(`loginUrl: ${provider} is none of the identityProviders that are set.`);
  }
  if (prompt !== undefined && !isPrompt(prompt)) {
    throw new TypeError(
      `loginUrl: prompt is ${prompt}, and not none, login, select_account or consent.`,
    );
  }
  if (lang !== undefined && !isLanguage(lang)) {
    throw new TypeError(`loginUrl: lang is ${lang}, and not a language such as es or pt-BR.`);
  }
  const path = signUp ? paths.signup : paths.login;
  return pathWith(path, { returnTo, provider, login_hint: loginHint, lang, prompt });
}

/** A path with those parameters that are there. */
export function pathWith(path: string, wishes: Record<string, string | undefined>): string {
  const given = Object.entries(wishes).filter((pair): pair is [string, string] => !!pair[1]);
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
}

/** Words of OpenID Connect Core §3.1.2.1, `none` alone. */
export function isPrompt(value: unknown): value is string {
  return (
    typeof value === "string" &&
    /^(?:none|(?:login|select_account|consent)(?: (?:login|select_account|consent)){0,2})$/.test(
      value,
    )
  );
}

export function isLanguage(value: unknown): value is string {
  return typeof value === "string" && /^[a-z]{2}(?:-[A-Za-z]{2})?$/.test(value);
}
