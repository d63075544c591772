import net from "node:net";
import { complain } from "./complaints.ts";

const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  // net.connect hands over its arguments as one array, already in order.
  const [target] = (Array.isArray(args[0]) ? args[0] : args) as [unknown, unknown];
  const host = hostOf(target, args[1]);
  if (host.endsWith(".invalid")) failLookup(target as net.TcpNetConnectOpts);
  else if (host === "localhost") resolveAtOnce(target);
  else if (!isLoopback(host)) refuse(host);
  return Reflect.apply(connect, this, args);
} as typeof connect;

function hostOf(target: unknown, second: unknown): string {
  if (typeof target === "object" && target !== null) {
    if ("path" in target && target.path) return "localhost";
    return "host" in target && target.host ? String(target.host) : "localhost";
  }
  const isPort = typeof target === "number" || /^\d+$/.test(String(target));
  return isPort && typeof second === "string" ? second : "localhost";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (net.isIPv4(host) && host.startsWith("127."));
}

/** What tests start listens on 127.0.0.1: to ask the name service and to try ::1 first takes as long as to connect. */
function resolveAtOnce(target: unknown): void {
  if (typeof target !== "object" || target === null || !("host" in target)) return;
  const found = { address: "127.0.0.1", family: 4 };
  (target as net.TcpNetConnectOpts).lookup ??= (_host, { all }, done) => {
    if (all) process.nextTick(done, null, [found]);
    else process.nextTick(done, null, found.address, found.family);
  };
}

/** RFC 6761 §6.4: such a name never resolves, so a test can use one for a failing name service. */
function failLookup(options: net.TcpNetConnectOpts): void {
  options.lookup = (host, _options, done) => {
    const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" });
    process.nextTick(done, error, "", 0);
  };
}

/** Complains as well as throws, since the code under test may well catch what is thrown here. */
function refuse(host: string): never {
  const message = `A test tried to connect to ${host}. Tests talk to loopback only; start what you need there.`;
  complain(message);
  throw new Error(message);
}
