import type { ClientSettings } from "../pool/pool-settings.ts";

/**
 * Returns where a request that names no callback URL ends: at the client's DefaultRedirectURI, or its only callback
 * URL. With several ways in, Cognito takes neither.
 */
export function defaultCallbackUrl(client: ClientSettings): string | undefined {
  const { callbackUrls, defaultRedirectUrl, identityProviders } = client;
  if (identityProviders.length !== 1) return undefined;
  const [onlyCallbackUrl, ...others] = callbackUrls;
  // Other callback URLs may have been given than the template's.
  const isRegistered = callbackUrls.some((url) => url === defaultRedirectUrl);
  if (isRegistered) return defaultRedirectUrl;
  return others.length === 0 ? onlyCallbackUrl : undefined;
}

/** Says why a client without a default has none. */
export function noDefaultReason({ callbackUrls, identityProviders }: ClientSettings): string {
  const missing = "redirect_uri is missing, and this client has";
  const ways = identityProviders.length;
  if (ways !== 1) return `${missing} ${ways} identity providers; only with one is there a default.`;
  if (callbackUrls.length === 0) return `${missing} no callback URL.`;
  return `${missing} more than one callback URL and no DefaultRedirectURI.`;
}
