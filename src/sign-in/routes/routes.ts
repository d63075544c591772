import type { OwnPages } from "../pages/own-pages.ts";
import { pathsOfPage } from "../settings/paths.ts";
import type { SignInSettings } from "../settings/settings.ts";
import type { Guards, PassOn } from "../visitor/guards.ts";
import type { Services } from "../visitor/services.ts";
import { createSessionChanges } from "../visitor/session-changes.ts";
import { accountRoutes } from "./account/account.ts";
import { callbackRoute } from "./callback.ts";
import { loginRoute } from "./login.ts";
import { createSignOut, logoutRoute } from "./logout.ts";
import type { Route } from "./route.ts";
import { sessionsRoutes } from "./sessions.ts";

/** Every path that is the sign-in's own, known before it can serve. */
export function ownPaths(
  { paths }: Pick<SignInSettings, "paths">,
  { styleUrl }: OwnPages,
): Set<string> {
  const { login, signup, callback, logout } = paths;
  const ofPages = [...pathsOfPage(paths, "sessions"), ...pathsOfPage(paths, "account")];
  return new Set([login, signup, callback, logout, styleUrl, ...ofPages]);
}

/** What is answered at each of the sign-in's own paths. */
export function createRoutes(
  services: Services,
  { guards, pages, passOn }: { guards: Guards; pages: OwnPages; passOn: PassOn },
): Map<string, Route> {
  const { paths } = services.settings;
  const sessionChanges = createSessionChanges(services);
  const signOut = createSignOut(services, sessionChanges);
  return new Map<string, Route>([
    [paths.login, loginRoute(services, "sign-in")],
    [paths.signup, loginRoute(services, "sign-up")],
    [paths.callback, callbackRoute(services, sessionChanges)],
    [paths.logout, logoutRoute(services, signOut, pages)],
    [pages.styleUrl, { GET: pages.style, takesHead: true }],
    ...(paths.sessions === false
      ? []
      : sessionsRoutes(paths.sessions, services, guards, signOut, pages, passOn)),
    ...(paths.account === false
      ? []
      : accountRoutes(paths.account, services, guards, signOut, pages, passOn)),
  ]);
}
