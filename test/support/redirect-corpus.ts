import { redirectPayloads } from "./redirect-payloads.ts";

const openings = [
  ...["//", "///", "////", "\\\\", "/\\", "\\/", "/\\/", "//\\", "\\/\\/", "https:", "https:/"],
  ...["https://", "https:\\\\", "HTTP://", "/\t/", "\t//", "/\n/", "/\r/", " //", "\0//", "/\0/"],
  ...["/.//", "/..//", "/a/..//", "/%2e//", "/%2f/", "/%5c", "/%09/", "/%0d%0a/", "/;//", "/./\\"],
];
const hosts = ["evil.example", "evil.example:80", "localhost@evil.example", "[::1]", "0x7f000001"];
const endings = ["", "/", "/%2f..", "?localhost", "#localhost"];

/** The published cases, and every way in which their openings, hosts and endings combine: each address once. */
export const redirectCorpus: string[] = [
  ...new Set([
    ...redirectPayloads,
    ...openings.flatMap((opening) =>
      hosts.flatMap((host) => endings.map((ending) => opening + host + ending)),
    ),
  ]),
];
