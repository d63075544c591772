import { type Environment, setting, wholeNumber } from "./environment.ts";
import type { Problem } from "./problems.ts";

export interface Ports {
  port: number;
  localCognitoPort: number;
  /** Undefined: no metrics are kept. */
  metricsPort: number | undefined;
}

/** The ports of the servers that one process runs: different ones, or problems are noted. */
export function readPorts(env: Environment, problems: Problem[]): Ports {
  const port = readPort(env, problems, "PORT", 3000, "The app listens on this port.");
  const localCognitoPort = readPort(
    env,
    problems,
    "LOCAL_COGNITO_PORT",
    4300,
    "Local Cognito listens on this port.",
  );
  const metricsPort = readMetricsPort(env, problems);
  if (localCognitoPort === port) noteSamePort(problems, "LOCAL_COGNITO_PORT", "PORT");
  if (metricsPort === port) noteSamePort(problems, "METRICS_PORT", "PORT");
  else if (metricsPort === localCognitoPort)
    noteSamePort(problems, "METRICS_PORT", "LOCAL_COGNITO_PORT");
  return { port, localCognitoPort, metricsPort };
}

function readPort(
  env: Environment,
  problems: Problem[],
  name: string,
  fallback: number,
  why: string,
): number {
  return wholeNumber(env, problems, name, { fallback, min: 1, max: 65_535, why });
}

function readMetricsPort(env: Environment, problems: Problem[]): number | undefined {
  const value = setting(env, "METRICS_PORT");
  if (value === undefined) return undefined;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port >= 1 && port <= 65_535) return port;
  problems.push({
    setting: "METRICS_PORT",
    what: "is not a whole number from 1 to 65535.",
    why: "The metrics are served on this port.",
    remedy: "Give such a number, or remove the line: there are no metrics then.",
  });
  return undefined;
}

function noteSamePort(problems: Problem[], name: string, other: string): void {
  problems.push({
    setting: name,
    what: `is the same as ${other}.`,
    why: "Each of them is a server of its own.",
    remedy: "Give one of them another port.",
  });
}
