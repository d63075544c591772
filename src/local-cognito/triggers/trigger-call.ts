import type { AppClient } from "../pool/clients.ts";
import type { PoolSettings } from "../pool/pool-settings.ts";
import type { EventVersion, TriggerName } from "../pool/trigger-settings.ts";

/** What the request at hand has for triggers; hosted pages have nothing. */
export interface Caller {
  /** ClientMetadata of the operation. */
  clientMetadata?: Record<string, string> | undefined;
  /** ValidationData; of InitiateAuth its ClientMetadata. */
  validationData?: Record<string, string> | undefined;
  /** What the calling program calls itself. */
  userAgent?: string | undefined;
}

/** For which client an action is done; undefined where an administrator acts without one. */
export interface Acting {
  client?: AppClient | undefined;
  caller?: Caller | undefined;
}

/** What is asked of a function, and the answer as it stands before the function sees it. */
export interface EventParts {
  request: object;
  response: object;
}

export interface TriggerCall extends Acting {
  trigger: TriggerName;
  /** `triggerSource`: of which action it is a part. */
  source: string;
  userName: string;
  /** By the version that the function is written for; undefined where that one is not called for this. */
  parts: (version: EventVersion) => EventParts | undefined;
}

export interface TriggerAnswer {
  version: EventVersion;
  response: object;
}

/** The triggers of a pool, and where they are told of the pool. */
export interface OpenTriggers extends Triggers {
  /**
   * Tells functions where the pool is served, loads those of the module, and warns of triggers that nothing runs. Returns
   * the others, each with its file. Throws where the module cannot be loaded, or is for no trigger.
   */
  begin(origin: string): Promise<string[]>;
  close(): void;
}

/** The triggers of a pool, for what calls them. */
export interface Triggers {
  /** Whether there is a function for it, as its file is by now. */
  has(trigger: TriggerName): Promise<boolean>;
  /** Calls the function, if there is one. Throws CognitoException, as Cognito does, where it fails. */
  run(call: TriggerCall): Promise<TriggerAnswer | undefined>;
}

/** Where a pool's actions find its triggers; a pool without any has undefined. */
export interface HasTriggers {
  triggers?: Triggers | undefined;
  settings: PoolSettings;
}
