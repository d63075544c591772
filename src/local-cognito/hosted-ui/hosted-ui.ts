import type { BrowserState } from "../browser/browser-state.ts";
import type { Federation } from "../identity-providers/federation.ts";

/** What the hosted pages work with. */
export interface HostedUi extends Federation, BrowserState {}
