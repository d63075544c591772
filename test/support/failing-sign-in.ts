import http, { type ClientRequest } from "node:http";

/** Loaded before the server: its first call to the token endpoint meets an error that no code of ours catches. */
const { request } = http;

http.request = ((...args: Parameters<typeof request>): ClientRequest => {
  const sent = request(...args);
  if (sent.path !== "/oauth2/token") return sent;
  if (process.env.FAULT === "rejects") void Promise.reject(new Error("nobody waits for this"));
  else sent.prependListener("response", fail);
  return sent;
}) as typeof request;

function fail(): never {
  throw new Error("nobody catches this");
}
