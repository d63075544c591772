import type { PoolSettings } from "../../pool/pool-settings.ts";
import { isStandardAttribute, standardAttributes } from "../../users/standard-attributes.ts";
import { type Findings, pathOf } from "../findings.ts";
import type { PropertiesOf } from "../resources/shapes.ts";
import { verifications } from "./schema.ts";

type Client = PropertiesOf<"AWS::Cognito::UserPoolClient">;

/** What the pool of a client has that it can name. */
export interface PoolOfClient extends Pick<PoolSettings, "schema" | "resourceServers"> {
  /** Names of providers, `COGNITO` among them. */
  providers: string[];
  /** False for a pool of another template, of which nothing is known. */
  isHere: boolean;
}

/**
 * What a client may read and write. One that names nothing may read and write the standard attributes, and read whether
 * address and number are verified; a custom attribute has to be named.
 */
export function attributePermissions(
  { ReadAttributes, WriteAttributes }: Client,
  { schema, isHere }: PoolOfClient,
  path: string,
  findings: Findings,
): { readAttributes: string[]; writeAttributes: string[] } {
  if (isHere) {
    findUnknown("ReadAttributes", ReadAttributes, ["sub", ...verifications]);
    findUnknown("WriteAttributes", WriteAttributes, []);
  }
  const required = schema.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  for (const name of required) {
    if (!WriteAttributes || WriteAttributes.includes(name)) continue;
    findings.problem(
      `${path}.WriteAttributes`,
      `must name ${name}, which the pool requires of everybody.`,
    );
  }
  warnOfUnreadable();
  return {
    readAttributes: ReadAttributes ?? [...standardAttributes, ...verifications],
    writeAttributes: WriteAttributes ?? [...standardAttributes],
  };

  function findUnknown(property: string, names: string[] = [], others: string[]): void {
    names.forEach((name, index) => {
      const isKnown =
        isStandardAttribute(name) ||
        others.includes(name) ||
        schema.some((attribute) => attribute.name === name);
      if (isKnown) return;
      const what = verifications.includes(name)
        ? `${name} is set by Cognito alone.`
        : `there is no attribute ${name} in this pool.`;
      findings.problem(pathOf(path, property, index), what);
    });
  }

  function warnOfUnreadable(): void {
    const custom = schema.map(({ name }) => name).filter((name) => !isStandardAttribute(name));
    if (ReadAttributes || custom.length === 0) return;
    findings.warn(
      `${path}.ReadAttributes`,
      `is left out, so this client reads the standard attributes alone: its tokens have no ${custom.join(", ")}.`,
    );
  }
}
