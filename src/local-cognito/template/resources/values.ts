import { z } from "zod";
import { StandIn } from "../language/stand-in.ts";
import { Word } from "../language/word.ts";

/** CloudFormation takes `8`, `"8"`, `true` and `"true"` alike, and turns them into what the property needs. */
export const text = z.preprocess(asText, z.string("must be text."));

/** An address; where only AWS knows it, one that leads nowhere. */
export const url = z.preprocess(
  (value) => (value instanceof StandIn ? value.asUrl() : asText(value)),
  z.string("must be text."),
);

/** The id of a resource: the logical name of one in the template, or else a text. */
export const reference = z.preprocess(
  (value) => (value instanceof StandIn ? (value.wholeName ?? value.asText()) : asText(value)),
  z.string("must be text."),
);

/** The ARN of a function. What only AWS knows of it nobody needs: it says which function of a template is meant. */
export const functionArn = z.custom<string | StandIn>(
  (value) => value instanceof StandIn || /^arn:[\w-]+:lambda:/.test(String(value)),
  "must be the ARN of a function: arn:aws:lambda:….",
);

export const yesNo = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : plain(value)),
  z.boolean("must be true or false."),
);

export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}.`;
  return z.preprocess(asNumber, z.number(error).int(error).min(least, error).max(most, error));
}

export const decimal = z.preprocess(asNumber, z.number("must be a number."));

export function oneOf<const Value extends string>(...values: Value[]) {
  return z.preprocess(
    plain,
    z.enum(values, {
      error: ({ input }) =>
        // The commonest slip: YAML 1.1 reads ON, OFF, yes and no as these.
        `must be one of ${values.join(", ")}.${typeof input === "boolean" ? ` It is ${input}: put quotes around it.` : ""}`,
    }),
  );
}

/** A list; one that only AWS knows has one item. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.preprocess(
    (value) => (value instanceof StandIn ? [value] : value),
    z.array(item, "must be a list."),
  );
}

export const mapOfTexts = z.record(z.string(), text, "must be a map of texts.");

/** A text of a certain length and form, as AWS describes it. */
export function textOf(least: number, most: number, pattern?: RegExp, words?: string) {
  const error = `must have ${least} to ${most} characters.`;
  const form = words ?? `must match ${pattern?.source}.`;
  const sized = z.string("must be text.").min(least, error).max(most, error);
  return z.preprocess(asText, pattern ? sized.regex(pattern, form) : sized);
}

/** The name of a pool or a client. */
export const plainName = textOf(
  1,
  128,
  /^[\w\s+=,.@-]+$/,
  "must be letters, digits, spaces and any of _+=,.@- alone.",
);

function asText(value: unknown): unknown {
  if (value instanceof StandIn) return value.asText();
  return ["number", "boolean"].includes(typeof value) || value instanceof Word
    ? String(value)
    : value;
}

function plain(value: unknown): unknown {
  return value instanceof Word ? value.value : value;
}

function asNumber(value: unknown): unknown {
  return typeof value === "string" && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value)
    ? Number(value)
    : plain(value);
}
