import http from "node:http";

/** Loaded before the server: its first call to the token endpoint meets an error that no code of ours catches. */
const { request } = http;

http.request = (...args) => {
  const sent = request(...args);
  if (sent.path !== "/oauth2/token") return sent;
  if (process.env.FAULT === "rejects") void Promise.reject(new Error("nobody waits for this"));
  else sent.prependListener("response", fail);
  return sent;
};

function fail() {
  throw new Error("nobody catches this");
}
