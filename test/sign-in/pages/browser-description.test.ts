import { expect, test } from "vitest";
import { describeBrowser } from "../../../src/sign-in/pages/browser-description.ts";

const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
const linux = "Mozilla/5.0 (X11; Linux x86_64)";
const windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const iPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)";

test.each([
  ["Chrome on Linux", `${linux} ${webkit} HeadlessChrome/143.0.0.0 Safari/537.36`],
  ["Chrome on Windows", `${windows} ${webkit} Chrome/143.0.0.0 Safari/537.36`],
  ["Edge on Windows", `${windows} ${webkit} Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0`],
  ["Opera on macOS", `${mac} ${webkit} Chrome/143.0.0.0 Safari/537.36 OPR/120.0.0.0`],
  [
    "Safari on macOS",
    `${mac} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15`,
  ],
  ["Firefox on Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"],
  [
    "Firefox on iOS",
    `${iPhone} AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15`,
  ],
  [
    "Chrome on iOS",
    `${iPhone} AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/143.0 Mobile/15E148 Safari/604.1`,
  ],
  [
    "Safari on iOS",
    `${iPhone} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1`,
  ],
  [
    "Chrome on ChromeOS",
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/143.0.0.0 Safari/537.36`,
  ],
  [
    "Samsung Internet on Android",
    `Mozilla/5.0 (Linux; Android 15; SM-S901B) ${webkit} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
  ],
  [
    "Safari on Linux",
    `${linux} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`,
  ],
  ["A browser on an unknown system", ""],
  ["A browser on an unknown system", undefined],
  ["A browser on an unknown system", "curl/8.5.0"],
  ["A browser on an unknown system", "<script>alert(1)</script>/1.0 (x) y/2"],
  ["A browser on an unknown system", "Evil Words/1.0 (more evil words)"],
  ["A browser on an unknown system", `${"x".repeat(10_000)} Firefox/153.0`],
])("a browser is called %s", async (name, userAgent) => {
  expect(await describeBrowser(userAgent)).toBe(name);
});
