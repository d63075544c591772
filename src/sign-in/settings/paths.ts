import type { Problem } from "./problems.ts";

/** Where the sign-in answers. What begins at `false` is switched off. */
export interface Paths {
  login: string;
  signup: string;
  /** Cognito sends the browser back to it; without an answer of Cognito's it is the app's own page. */
  callback: string;
  /** Signs out, and is the sign-out URL that Cognito sends everybody back to. */
  logout: string;
  sessions: string | false;
  /** Who the visitor is at the user pool, and what they may change there. */
  account: string | false;
  /** Where a sign-in ends that names no page: not a path of the sign-in, but a page of the app. */
  signedIn: string;
}

export const defaultPaths: Paths = {
  login: "/login",
  signup: "/signup",
  callback: "/logged-in",
  logout: "/logout",
  sessions: "/sessions",
  account: "/account",
  signedIn: "/",
};

/** What is answered below the two pages that can be switched off; every other path below them is the app's. */
const subpaths = {
  sessions: ["/end", "/end-others", "/end-all"],
  account: [
    "/passkeys",
    "/profile",
    "/verify",
    "/resend",
    "/password",
    "/app",
    "/app/on",
    "/app/off",
    "/delete",
  ],
} as const;

type SwitchablePage = keyof typeof subpaths;
export type AccountSubpath = (typeof subpaths.account)[number];

const mayBeSwitchedOff = Object.keys(subpaths) as SwitchablePage[];

/** Where a page and its forms are answered: nowhere, where it is switched off. */
export function pathsOfPage(paths: Pick<Paths, SwitchablePage>, page: SwitchablePage): string[] {
  const path = paths[page];
  return path === false ? [] : [path, ...subpaths[page].map((end) => path + end)];
}

/** The paths with what is given in place of the defaults; what is wrong is noted in `problems`. */
export function readPaths(given: Record<string, unknown>, problems: Problem[]): Paths {
  const paths = { ...defaultPaths };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaultPaths, name)) {
      problems.push(unknownPath(name));
    } else if (isPath(value) || (value === false && isSwitch(name))) {
      Object.assign(paths, { [name]: withoutSlashAtEnd(value) });
    } else if (value !== undefined) {
      problems.push(noPath(name));
    }
  }
  noteClashes(paths, problems);
  return paths;
}

function isSwitch(name: string): boolean {
  return (mayBeSwitchedOff as string[]).includes(name);
}

/** A path as it stands in a request: no query, nothing encoded, nothing that a URL parser would change. */
function isPath(value: unknown): value is string {
  return typeof value === "string" && /^\/(?:[\w.~-]+(?:\/[\w.~-]+)*\/?)?$/.test(value);
}

function withoutSlashAtEnd(value: string | false): string | false {
  return value === false ? false : value.replace(/(?<=.)\/$/, "");
}

function noteClashes(paths: Paths, problems: Problem[]): void {
  const { signedIn, ...own } = paths;
  const entries = Object.entries(own).filter((entry): entry is [string, string] => !!entry[1]);
  for (const [place, [name, path]] of entries.entries()) {
    const other = entries.slice(0, place).find(([, earlier]) => earlier === path);
    if (other) problems.push(clash(`paths.${name}`, `is the same as paths.${other[0]} (${path}).`));
    if (path === "/") problems.push(clash(`paths.${name}`, "is the start page of the app."));
    // The callback is a page of the app where nothing of Cognito's comes with the request.
    if (path === signedIn && name !== "callback") {
      problems.push(clash("paths.signedIn", `is the same as paths.${name} (${path}).`));
    }
  }
  for (const page of mayBeSwitchedOff) {
    const [, ...forms] = pathsOfPage(paths, page);
    for (const [name, path] of Object.entries(paths)) {
      if (!forms.includes(path)) continue;
      problems.push(clash(`paths.${name}`, `is part of paths.${page} (${paths[page]}).`));
    }
  }
}

function clash(setting: string, what: string): Problem {
  return {
    setting,
    what,
    why: "One of the two could never be reached.",
    remedy: "Give each a path of its own.",
  };
}

function unknownPath(name: string): Problem {
  return {
    setting: `paths.${name}`,
    what: "is no path of the sign-in.",
    why: "It would change nothing.",
    remedy: `Those that there are: ${Object.keys(defaultPaths).join(", ")}.`,
  };
}

function noPath(name: string): Problem {
  return {
    setting: `paths.${name}`,
    what: isSwitch(name) ? "is neither a path nor false." : "is no path.",
    why: "Visitors would be led there.",
    remedy: "Write a path of your app such as /account/sign-in: letters, digits, dots, dashes.",
  };
}
