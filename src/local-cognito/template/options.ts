import type { PoolSettings } from "../pool/pool-settings.ts";

export interface TemplateOptions {
  /**
   * Values for parameters, those such as `AWS::Region` among them, and for what only AWS knows (`ImportValue:app-url`).
   * Those of the others are their defaults. A name that no template has is a problem.
   */
  parameters?: Record<string, string>;
  /** The same from a file, which may name parameters of other templates as well. */
  parametersOfFile?: Record<string, string>;
  /** The value of the parameter AppUrl, where there is one. */
  appUrl?: string;
  /** Default eu-west-1 and 123456789012. */
  region?: string;
  accountId?: string;
  /** By their logical names: the pool, where there are several, and the client that the app uses. */
  pool?: string;
  client?: string;
  /** Where the app gets its codes: it uses a client with one of these URLs, if there is one. */
  callbackUrls?: string[];
  /** Where to keep what was read for the next time; reading anew takes as long as much of the rest of a start. */
  cacheDirectory?: string;
}

export interface TemplateResult {
  settings: PoolSettings;
  /** What the template says that AWS does not know, or that local Cognito does otherwise; a line each. */
  warnings: string[];
}

/** A template that is at hand as text; the path is for its errors alone. */
export interface TemplateText {
  path: string;
  text: string;
}
