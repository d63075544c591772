import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createAuthority } from "./faults/tls-front.ts";
import { duration, type Findings } from "./figure.ts";
import { countingParts, type PartName, partNames, partsByDefault } from "./parts.ts";
import { asMarkdown, asText, machine } from "./table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** The table as docs/figures.md holds it. */
    markdown: { type: "boolean", default: false },
    /** A part of the counts, to see whether it all works: 0.01 takes a minute or two. */
    share: { type: "string", default: "1" },
  },
});
const unknown = positionals.filter((name) => !partNames.includes(name as PartName));
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(", ")} among ${partNames.join(", ")}.\n`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "figures-"));
const env = { ...process.env, ...prepareAuthority(), FIGURES_SHARE: values.share };
const chosen = positionals.length > 0 ? (positionals as PartName[]) : partsByDefault;
const found = new Map<PartName, Findings>();
const startedAt = performance.now();
const counting = countingParts.filter((name) => chosen.includes(name));
const timing = chosen.filter((name) => !countingParts.includes(name));
await runParts(counting, availableParallelism());
await runParts(timing, 1);
rmSync(folder, { recursive: true });

const inOrder = chosen.map((name) => [name, found.get(name) as Findings] as const);
const figures = inOrder.flatMap(([, part]) => part.figures);
const minutes = Math.round((performance.now() - startedAt) / 60_000);
const share = values.share === "1" ? "" : `, with ${values.share} of the counts`;
const head = `${machine()}; ${minutes} min${share}.`;
const table = values.markdown ? asMarkdown(figures) : asText(figures);
const details = values.markdown ? [] : inOrder.flatMap(describe);
process.stdout.write(`${[...details, head, "", table].join("\n")}\n`);
process.exitCode = figures.every(({ isMet }) => isMet) ? 0 : 1;

/** Runs the parts in order, so many at a time. */
async function runParts(names: PartName[], atOnce: number): Promise<void> {
  const queue = [...names];
  const work = async () => {
    for (let name = queue.shift(); name; name = queue.shift()) {
      const begunAt = performance.now();
      process.stderr.write(`${name} …\n`);
      found.set(name, await runPart(name));
      process.stderr.write(`${name} took ${duration(performance.now() - begunAt)}\n`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

function describe([name, { details = [] }]: readonly [PartName, Findings]): string[] {
  return details.length > 0 ? [`${name}:`, ...details.map((line) => `  ${line}`), ""] : [];
}

/** Each part is a process of its own: none inherits the heap, the patches or the open handles of another. */
async function runPart(name: PartName): Promise<Findings> {
  const child = fork(new URL("run-part.ts", import.meta.url), [name], {
    env,
    stdio: [0, 2, 2, "ipc"],
  });
  return await new Promise((resolve) => {
    let findings: Findings | undefined;
    child.on("message", (message) => {
      findings = message as Findings;
    });
    child.on("exit", () => {
      const failure = { what: name, target: "to be measured", measured: "it failed", isMet: false };
      resolve(findings ?? { figures: [failure] });
    });
  });
}

/** What the fault matrix's servers are vouched for by; a process only trusts what it is told of before it starts. */
function prepareAuthority() {
  const authority = createAuthority();
  const [certificate, both] = [join(folder, "authority.pem"), join(folder, "authority.json")];
  writeFileSync(certificate, authority.cert);
  writeFileSync(both, JSON.stringify(authority), { mode: 0o600 });
  return { NODE_EXTRA_CA_CERTS: certificate, FAULTS_AUTHORITY: both };
}
