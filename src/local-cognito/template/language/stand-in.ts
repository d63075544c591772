/** Something that only AWS knows, or a parameter that nobody has given. */
export interface Unknown {
  /** What `--parameter` takes a value for it by: `ImportValue:app-url`, `Site.DomainName`, a parameter's own name. */
  name: string;
  /** What stands for it in a text; in an address it is another thing. */
  text: string;
  /** What of these was used. */
  usedAs?: string;
  /** True for a parameter that AWS would ask for; nothing can stand for it. */
  isMissing: boolean;
  /** Paths of the properties that had to do with what stands for it. */
  usedAt: string[];
}

/** Where something unknown has its place in a text. */
export interface Gap {
  unknown: Unknown;
  path: string;
}

/**
 * A text or list with gaps in it. Whoever needs its text asks for it, which notes that the gaps were used; in a place
 * that is not simulated nobody does.
 */
export class StandIn {
  readonly parts: readonly (string | Gap)[];

  constructor(parts: readonly (string | Gap)[]) {
    this.parts = parts;
  }

  get gaps(): Gap[] {
    return this.parts.filter((part) => typeof part !== "string");
  }

  /** The name of what it stands for, where it is that and nothing else: of a pool, its logical name. */
  get wholeName(): string | undefined {
    const [first, ...others] = this.parts;
    return first === undefined || typeof first === "string" || others.length > 0
      ? undefined
      : first.unknown.name;
  }

  noteUse(): void {
    for (const { unknown, path } of this.gaps) {
      if (!unknown.usedAt.includes(path)) unknown.usedAt.push(path);
    }
  }

  asText(): string {
    return this.#fill(({ text }) => text);
  }

  /** An address that leads nowhere: what is unknown of it is a host that cannot exist (RFC 2606), or a part of the path. */
  asUrl(): string {
    const text = this.#fill(hostOf);
    return /^[a-z][a-z\d+.-]*:/i.test(text) ? text : `https://${text}`;
  }

  #fill(word: (unknown: Unknown) => string): string {
    this.noteUse();
    const texts = this.parts.map((part) => {
      if (typeof part === "string") return part;
      part.unknown.usedAs ??= word(part.unknown);
      return word(part.unknown);
    });
    return texts.join("");
  }
}

function hostOf({ name }: Unknown): string {
  return `${wordOf(name).toLowerCase().slice(0, 63)}.invalid`;
}

/** The texts one after the other; a text as long as nothing in them is unknown. */
export function joined(values: unknown[], separator = ""): string | StandIn {
  const parts = values.flatMap((value, index) => [
    ...(index > 0 && separator !== "" ? [separator] : []),
    ...(value instanceof StandIn ? value.parts : [String(value)]),
  ]);
  if (parts.every((part) => typeof part === "string")) return parts.join("");
  return new StandIn(parts.filter((part) => part !== ""));
}

/** Cuts what is known of it at the separator. */
export function split(value: StandIn, separator: string): unknown[] {
  const pieces: (string | Gap)[][] = [[]];
  for (const part of value.parts) {
    const [first = "", ...others] = typeof part === "string" ? part.split(separator) : [];
    pieces.at(-1)?.push(typeof part === "string" ? first : part);
    pieces.push(...others.map((other) => [other]));
  }
  return pieces.map((parts) => joined([new StandIn(parts)]));
}

/** True for a text with a stand-in in it. */
export function isStandInText(text: string): boolean {
  return text.includes(textOf("")) || /\.invalid\b/.test(text);
}

/** What stands for something unknown of that name. */
export function textOf(name: string): string {
  return `stand-in-for-${wordOf(name)}`;
}

function wordOf(name: string): string {
  const word = name.replace(/^ImportValue:/, "").replace(/[^a-zA-Z\d]+/g, "-");
  return word.replace(/^-|-$/g, "");
}
