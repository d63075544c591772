const longestUrl = 1024;

/** Schemes that browsers know themselves: none of them leads to an app. */
const schemesNotOfApps = [
  "about:",
  "blob:",
  "data:",
  "file:",
  "filesystem:",
  "ftp:",
  "javascript:",
  "mailto:",
  "vbscript:",
  "view-source:",
  "ws:",
  "wss:",
];

/** Returns why AWS would not register this as a callback or sign-out URL: https, http on localhost, or an app's own scheme. */
export function registrationProblem(url: string): string | undefined {
  if (url.length > longestUrl) return `must be ${longestUrl} characters at most.`;
  if (!URL.canParse(url) || /[\s\p{Cc}]/u.test(url)) return "must be an absolute URL.";
  if (url.includes("#")) return "must have no fragment.";
  const { protocol, hostname } = new URL(url);
  const isRefused = schemesNotOfApps.includes(protocol);
  if (isRefused) return "must be https, http on localhost, or the scheme of an app.";
  if (protocol !== "http:" || isLoopbackHost(hostname)) return undefined;
  return "must be https; http is for localhost alone.";
}

/** True for what stays on this machine: its own addresses, and the scheme of an app that is installed here. */
export function isOnThisMachine(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return !["http:", "https:"].includes(protocol) || isLoopbackHost(hostname);
}

/** True for the names and addresses that a machine has for itself. */
export function isLoopbackHost(host: string): boolean {
  return (
    host === "localhost" ||
    host === "::1" ||
    host === "[::1]" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
  );
}
