import type { SignInEvent } from "../sign-in/index.ts";

/** What the app tells about its work where METRICS_PORT is set; nobody listens otherwise. */
export interface Measurements {
  /** One answered request; `route` is a pattern such as `/items/:id` and never an address. */
  request(facts: { method: string; route: string; status: number; seconds: number }): void;
  signInEvent(event: SignInEvent): void;
}
