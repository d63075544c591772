/** Every command that the store sends: what a Redis user of its own has to be allowed. */
export const commandsOfStore = [
  "GET",
  "GETRANGE",
  "EXISTS",
  "SET",
  "DEL",
  "PING",
  "EVAL",
  "EVALSHA",
] as const;
