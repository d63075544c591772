import { AsyncLocalStorage } from "node:async_hooks";

const notesOfRequest = new AsyncLocalStorage<string[]>();

/** Handles a request so that what triggers did meanwhile is noted in the list, one sentence each. */
export function noteTriggers<T>(notes: string[], handle: () => T): T {
  return notesOfRequest.run(notes, handle);
}

/** Notes it for the log of requests; lost where no request is being handled. */
export function note(sentence: string): void {
  notesOfRequest.getStore()?.push(sentence);
}
