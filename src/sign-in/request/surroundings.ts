import { type IncomingMessage, maxHeaderSize } from "node:http";
import type { SignInLog } from "../events.ts";
import { isLoopback } from "../settings/origin.ts";

/** Beyond it a browser is close to a 431, which Node answers by itself: no app sees such a request. */
const manyCookies = maxHeaderSize * 0.75;
const tellCookiesEveryMs = 3_600_000;

/**
 * Looks at each request for what only the operator can mend, and tells the log of it: a browser that soon sends more cookies
 * than Node takes, and an app on this machine that listens elsewhere than `appUrl` says.
 */
export function watchSurroundings(
  { appUrl }: { appUrl: string },
  log: SignInLog,
  now: () => number,
): (req: IncomingMessage) => void {
  const { host, port } = new URL(appUrl);
  let hasToldAddress = !isLoopback(appUrl);
  let toldCookiesAt = Number.NEGATIVE_INFINITY;

  return ({ headers }) => {
    if (!hasToldAddress && headers.host !== host && isOtherPort(headers.host, port)) {
      hasToldAddress = true;
      log.warn(
        {},
        `a browser came to http://${headers.host}, and sign-ins begin and end at ${appUrl}; if nothing listens there, set APP_URL (appUrl) or PORT to where the app listens`,
      );
    }
    const length = headers.cookie?.length ?? 0;
    if (length < manyCookies || now() - toldCookiesAt < tellCookiesEveryMs) return;
    toldCookiesAt = now();
    log.warn(
      {},
      `a browser sends ${Math.round(length / 1024)} KB of cookies, most of them other programs'; above ${maxHeaderSize / 1024} KB Node answers 431 before the app sees the request. Delete the cookies of this host name in the browser, or let Node take more: NODE_OPTIONS=--max-http-header-size=65536`,
    );
  };
}

/** True for an address on this machine with another port. A name of somebody else's choice goes into no log. */
function isOtherPort(host: string | undefined, port: string): boolean {
  if (host === undefined || !/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/.test(host))
    return false;
  const url = `http://${host}`;
  return URL.canParse(url) && new URL(url).port !== port;
}
