/** As people call them, where the library is more exact. */
const familiarNames: Record<string, string> = {
  "Microsoft Edge": "Edge",
  "Samsung Internet for Android": "Samsung Internet",
  "Chrome OS": "ChromeOS",
};
/** No browser says more; what else is in the header is somebody's own. */
const longest = 512;

/**
 * A few words by which visitors recognise a browser of theirs, such as "Firefox on Linux"; never the header itself. What
 * tells browsers apart is loaded with the first sign-in.
 */
export async function describeBrowser(userAgent = ""): Promise<string> {
  const { default: Bowser } = await import("bowser");
  const { browser, os } = Bowser.parse(userAgent.slice(0, longest) || "none");
  const name = known(browser.name, Object.values(Bowser.BROWSER_MAP));
  const system = known(os.name, Object.values(Bowser.OS_MAP));
  return `${name ?? "A browser"} on ${system ?? "an unknown system"}`;
}

/** Of a browser that it does not know the library repeats words of the header. */
function known(name: string | undefined, names: string[]): string | undefined {
  return name && names.includes(name) ? (familiarNames[name] ?? name) : undefined;
}
