import { AppError } from "../errors.ts";
import { DamagedSecretError } from "../session/session-secret.ts";
import { ConfigError } from "../settings/problems.ts";
import { DamagedStoreError } from "../store/embedded/lmdb-file.ts";
import { RedisStartError } from "../store/redis/start-error.ts";
import { explainRedisStartError } from "./redis-start-errors.ts";

/** Why nothing was started, why it matters and what to do, for whoever reads the terminal. */
export function explainStartError(thrown: unknown, dataDirectory = ".data"): string {
  const error = thrown instanceof AppError ? (thrown.cause ?? thrown) : thrown;
  if (error instanceof ConfigError) return error.message;
  // Its class belongs to local Cognito, which is loaded only when wanted.
  if (error instanceof Error && error.name === "PoolFileError") {
    return `Nothing was started. ${error.message}`;
  }
  const text = textFor(error, dataDirectory);
  if (text) return `Nothing was started. ${text}`;
  if (thrown instanceof AppError && thrown.code === "store_unavailable") {
    return `Nothing was started. The session store in DATA_DIR (${dataDirectory}) cannot be opened: ${firstLineOf(String(error))}.\nNobody could sign in. Name a folder on a disk of this machine's own (network drives often cannot hold a database), or set REDIS_URL.`;
  }
  return `Nothing was started. ${error instanceof Error ? (error.stack ?? error.message) : error}`;
}

function firstLineOf(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/\.$/, "");
}

function textFor(error: unknown, dataDirectory: string): string | undefined {
  if (error instanceof DamagedStoreError) {
    return `${error.path} is not a session store, or it is damaged.\nSessions could not be read from it. Move the file away: a new one is made, and visitors sign in again.`;
  }
  if (error instanceof RedisStartError) return explainRedisStartError(error);
  if (error instanceof DamagedSecretError) {
    return `${error.path} does not hold a session secret.\nWhoever knows a damaged one could sign in as anybody. Remove the file: a new one is made, and visitors sign in again.`;
  }
  const { code, port, address, message } = error as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
  };
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} is taken.\nAnother copy may be running: stop it, or set PORT (the app), LOCAL_COGNITO_PORT (local Cognito) or METRICS_PORT to a free port.`;
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
    case "ENOTFOUND":
      return `HOST is not an address of this machine${address ? ` (${address})` : ""}.\nNobody could reach the app there. Remove the line, or name one of this machine's own addresses.`;
  }
  if (port !== undefined && code === "EACCES") {
    return `Port ${port} may not be used.\nPorts below 1024 are reserved: set PORT to another one.`;
  }
  if (/No native build|ERR_DLOPEN|invalid ELF|GLIBC/.test(`${code} ${message}`)) {
    return `lmdb, which keeps sessions, has no program for this machine here: ${firstLineOf(message)}.\nNobody could sign in. Install the packages on this very kind of machine (npm ci, without --omit=optional), or set REDIS_URL.`;
  }
  const isAboutFolder = [
    "EACCES",
    "EEXIST",
    "EISDIR",
    "ENOENT",
    "ENOSPC",
    "ENOTDIR",
    "EPERM",
    "EROFS",
  ];
  const saysSo = /Permission denied|No space left|Read-only file system/.test(message ?? "");
  if (isAboutFolder.includes(code ?? "") || saysSo) {
    return `DATA_DIR (${dataDirectory}) cannot be used: ${message}.\nSessions and keys are kept there. Name a folder that you may write to, and that nothing else stands in the place of.`;
  }
  return undefined;
}
