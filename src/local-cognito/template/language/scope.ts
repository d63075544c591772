import type { StandIn } from "./stand-in.ts";

/** What `!Ref AWS::NoValue` stands for: the property, or the item of a list, is not there. */
export const noValue = Symbol("AWS::NoValue");

/** What the functions of a template can refer to. */
export interface Scope {
  region: string;
  mappings: Record<string, Record<string, Record<string, unknown>>>;
  /** Whether the template asks for `AWS::LanguageExtensions`. */
  hasExtensions: boolean;
  /** The value of a parameter, or what Ref gives for a resource; notes a problem for any other name. */
  valueOf(name: string, path: string): unknown;
  /** What `Fn::GetAtt` gives; notes a problem where there is no such resource. */
  attributeOf(resource: string, attribute: string, path: string): unknown;
  /** What another stack exports under that name. */
  imported(name: string, path: string): unknown;
  /** What is given for something that only AWS knows, or else a stand-in for it. */
  unknown(name: string, path: string, text?: string): unknown;
  /** A stand-in for the answer where it depends on a parameter that nobody has given. */
  isTrue(condition: string, path: string): boolean | StandIn;
  /** Notes a problem; what it returns is no value. */
  wrong(path: string, what: string): typeof noValue;
}
