import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { anchors, documents, links, root } from "./support/documents.ts";

describe.each(documents)("%s", (path) => {
  const folder = new URL(path, root);
  const own = links(path).filter(({ target }) => !/^https?:/.test(target));

  test("names files and folders that exist, and sections that they have", () => {
    const broken = own.filter(({ target }) => {
      const [file = "", anchor] = target.split("#");
      const to = file === "" ? folder : new URL(file, folder);
      if (!to.href.startsWith(root.href) || !existsSync(to)) return true;
      return anchor !== undefined && !anchors(to.href.slice(root.href.length)).has(anchor);
    });

    expect(broken.map(({ target }) => target)).toEqual([]);
  });

  test("says above and below as it is", () => {
    const astray = own.filter(({ words, target, at }) => {
      const to = anchors(path).get(target.slice(1)) ?? 0;
      return (words === "above" && to > at) || (words === "below" && to < at);
    });

    expect(astray).toEqual([]);
  });
});

test("the README leads to every other document, over others or at once", () => {
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    for (const { target } of links(path).filter(({ target }) => !/^https?:/.test(target))) {
      const to = new URL(
        target.split("#")[0] || path,
        target.startsWith("#") ? root : new URL(path, root),
      );
      const name = to.href.slice(root.href.length);
      const document = [name, `${name.replace(/\/?$/, "/")}README.md`].find((each) =>
        documents.includes(each),
      );
      if (document !== undefined) reached.add(document);
    }
  }

  expect(documents.filter((path) => !reached.has(path))).toEqual([]);
});
