import { type Environment, wholeNumber } from "../../sign-in/settings/environment.ts";
import { readLocalCognito } from "../../sign-in/settings/local-cognito.ts";
import type { Problem } from "../../sign-in/settings/problems.ts";

export interface Ports {
  port: number;
  /** Undefined: no metrics are kept. */
  metricsPort: number | undefined;
}

/** The ports of the servers that one process runs: different ones, or problems are noted. */
export function readPorts(env: Environment, problems: Problem[]): Ports {
  // Its own problems are noted with the other settings of the sign-in.
  const localCognitoPort = readLocalCognito(env, []).port ?? 4300;
  const port = readPort(env, problems, "PORT", 3000, "The app listens on this port.");
  const metricsPort = readPort(
    env,
    problems,
    "METRICS_PORT",
    undefined,
    "The metrics are served on this port.",
  );
  if (localCognitoPort === port) noteSamePort(problems, "LOCAL_COGNITO_PORT", "PORT");
  if (metricsPort === port) noteSamePort(problems, "METRICS_PORT", "PORT");
  else if (metricsPort === localCognitoPort)
    noteSamePort(problems, "METRICS_PORT", "LOCAL_COGNITO_PORT");
  return { port, metricsPort };
}

function readPort<Fallback extends number | undefined>(
  env: Environment,
  problems: Problem[],
  name: string,
  fallback: Fallback,
  why: string,
): number | Fallback {
  return wholeNumber(env, problems, name, { fallback, min: 1, max: 65_535, why });
}

function noteSamePort(problems: Problem[], name: string, other: string): void {
  problems.push({
    setting: name,
    what: `is the same as ${other}.`,
    why: "Each of them is a server of its own.",
    remedy: "Give one of them another port.",
  });
}
