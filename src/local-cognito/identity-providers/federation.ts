import type { AuthorizationServer } from "../oauth/authorization-server.ts";
import type { ProviderAccounts } from "./provider-accounts.ts";
import type { ProviderRequests } from "./provider-requests.ts";

/** What sign-ins through a provider work with. */
export interface Federation extends AuthorizationServer {
  providerRequests: ProviderRequests;
  providerAccounts: ProviderAccounts;
}
