import type { CognitoCall } from "../sign-in/cognito/calls/cognito-calls.ts";

/** What the app tells about its work where METRICS_PORT is set; nobody listens otherwise. */
export interface Measurements {
  /** One answered request; `route` is a pattern such as `/items/:id` and never an address. */
  request(facts: { method: string; route: string; status: number; seconds: number }): void;
  /** One sign-in that ended: `signed_in`, or the code of the error that refused it. */
  signIn(outcome: string): void;
  /** One session that Cognito was asked to renew: `renewed`, `refused` or `unreachable`. */
  renewal(outcome: string): void;
  signOut(): void;
  /** One call to Cognito. */
  cognitoCall(call: CognitoCall): void;
}
