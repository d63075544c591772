import { spawnSync } from "node:child_process";
import { duration, type Findings, none } from "../figure.ts";
import { tryAccountFault } from "./account-trial.ts";
import {
  type Dependency,
  dependencies,
  type KindOfFault,
  kindsOfFault,
  newTrial,
  type Trial,
} from "./cell.ts";
import { accountFaults, providerFaults } from "./provider-faults.ts";
import { tryProviderFault } from "./provider-trial.ts";
import { storeFaults } from "./store-faults.ts";
import { tryStoreFault } from "./store-trial.ts";
import { openTrap } from "./trap.ts";

interface Cell {
  dependency: Dependency;
  kind: KindOfFault;
  variants: Record<string, () => Promise<Trial>>;
}

/** Two cores bear this many; more would wait for each other instead of for the fault. */
const atOnce = 4;
const longestRecoveryMs = 5000;

/** Takes a member and a newcomer through every fault of everything that the app depends on. */
export async function measureFaults(only = ""): Promise<Findings> {
  const trap = await openTrap();
  const cells = allCells(trap.url, trap.port).filter(({ dependency, kind }) =>
    `${dependency} ${kind}`.includes(only),
  );
  const results = new Map<Cell, [variant: string, Trial][]>(cells.map((cell) => [cell, []]));
  const queue = cells.flatMap((cell) =>
    Object.entries(cell.variants).map(([variant, attempt]) => ({ cell, variant, attempt })),
  );
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const tried: [string, Trial] = [next.variant, await next.attempt().catch(failed)];
      results.get(next.cell)?.push(tried);
      process.stderr.write(`${describe(next.cell, [tried]).join("\n")}\n`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  trap.close();
  return report(results, trap.visits());
}

/** A trial that could not be brought to its end has not been survived. */
function failed(error: unknown): Trial {
  return { ...newTrial(), newcomer: "?", lostSessions: [String(error)] };
}

function allCells(trapUrl: string, trapPort: number): Cell[] {
  const ofProvider = providerFaults(trapUrl);
  const ofAccount = accountFaults(trapUrl);
  const ofStore = hasRedis() ? storeFaults(trapPort) : undefined;
  const variantsOf = (dependency: Dependency, kind: KindOfFault) => {
    if (dependency === "store") return attempts(ofStore?.[kind] ?? {}, tryStoreFault);
    if (dependency === "account API") return attempts(ofAccount[kind], tryAccountFault);
    return attempts(ofProvider[kind], (fault) => tryProviderFault(dependency, fault));
  };
  return dependencies.flatMap((dependency) =>
    kindsOfFault.map((kind) => ({ dependency, kind, variants: variantsOf(dependency, kind) })),
  );
}

function attempts<Fault>(faults: Record<string, Fault>, attempt: (fault: Fault) => Promise<Trial>) {
  const entries = Object.entries(faults).map(([name, fault]) => [name, () => attempt(fault)]);
  return Object.fromEntries(entries) as Cell["variants"];
}

function hasRedis(): boolean {
  return !spawnSync("redis-server", ["--version"]).error;
}

function report(results: Map<Cell, [string, Trial][]>, visitsToTrap: number): Findings {
  const trials = [...results.values()].flat().map(([, trial]) => trial);
  const sum = (list: "wrongSignIns" | "lostSessions" | "dishonest") =>
    trials.reduce((total, trial) => total + trial[list].length, 0);
  const worst = (time: "slowestAnswerMs" | "recoveryMs") =>
    Math.max(...trials.map((trial) => trial[time]));
  const survived = [...results.values()].filter(
    (variants) => variants.length > 0 && variants.every(([, trial]) => isSurvived(trial)),
  ).length;
  return {
    figures: [
      {
        what: `Faults survived: cells of ${dependencies.length} dependencies x 14 faults (${trials.length} variants)`,
        target: `${results.size} of ${results.size}`,
        measured: `${survived} of ${results.size}`,
        isMet: survived === results.size,
      },
      none("Faults: wrong sign-ins", sum("wrongSignIns")),
      none("Faults: lost sessions", sum("lostSessions")),
      none("Faults: answers without honest status, words or in due time", sum("dishonest")),
      none("Faults: connections to where a redirect pointed", visitsToTrap),
      {
        what: "Faults: worst time to recovery",
        target: "5 s or less",
        measured: duration(worst("recoveryMs")),
        isMet: worst("recoveryMs") <= longestRecoveryMs,
      },
    ],
    details: [...results].flatMap(([cell, variants]) => describe(cell, variants)),
  };
}

function isSurvived({ wrongSignIns, lostSessions, dishonest, recoveryMs }: Trial): boolean {
  const trouble = [...wrongSignIns, ...lostSessions, ...dishonest];
  return trouble.length === 0 && recoveryMs <= longestRecoveryMs;
}

function describe({ dependency, kind }: Cell, variants: [string, Trial][]): string[] {
  if (variants.length === 0) return [`${dependency}, ${kind}: not tried, there is no redis-server`];
  return variants.map(([variant, trial]) => {
    const name = [dependency, kind, variant].filter(Boolean).join(", ");
    const trouble = [...trial.wrongSignIns, ...trial.lostSessions, ...trial.dishonest];
    const times = `${duration(trial.slowestAnswerMs)} at most, recovered in ${duration(trial.recoveryMs)}`;
    return `${name}: ${trial.newcomer}; ${[times, ...trouble].join("; ")}`;
  });
}
