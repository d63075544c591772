import type { PoolDatabase, Table } from "../pool/pool-database.ts";
import type { GroupSettings } from "../pool/pool-settings.ts";
import type { User } from "./user.ts";

/** Times in ISO 8601. */
export interface Group extends GroupSettings {
  createdAt: string;
  modifiedAt: string;
}

/**
 * The groups of the pool: those of its settings, which are as the settings have them at every start, and those that were
 * made while it ran, which are kept.
 */
export class Groups {
  readonly #configured = new Map<string, Group>();
  readonly #made: Table<Group>;
  readonly #now: () => number;

  constructor(database: PoolDatabase, configured: GroupSettings[], now: () => number) {
    this.#made = database.table("groups");
    this.#now = now;
    const at = this.#isoTime();
    for (const group of configured) {
      this.#configured.set(group.name, { ...group, createdAt: at, modifiedAt: at });
    }
  }

  find(name: string): Group | undefined {
    return this.#configured.get(name) ?? this.#made.get(name);
  }

  /** By name. */
  list(): Group[] {
    const made = this.#made.entries().map(({ value }) => value);
    const others = made.filter(({ name }) => !this.#configured.has(name));
    return [...this.#configured.values(), ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The user's groups, the one that counts most first: the lowest precedence, and whoever has none comes last. */
  of({ groups: names }: User): Group[] {
    const known = names.map((name) => this.find(name)).filter((group) => group !== undefined);
    return known.sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : Number(rankOf(a) > rankOf(b))));
  }

  create(settings: GroupSettings): Group {
    const at = this.#isoTime();
    const group = { ...settings, createdAt: at, modifiedAt: at };
    this.#made.put(settings.name, group);
    return group;
  }

  /** Changes what is given. */
  update(group: Group, changes: Omit<Partial<GroupSettings>, "name">): Group {
    const changed = { ...group, ...changes, modifiedAt: this.#isoTime() };
    if (this.#configured.has(group.name)) this.#configured.set(group.name, changed);
    else this.#made.put(group.name, changed);
    return changed;
  }

  remove({ name }: Group): void {
    this.#configured.delete(name);
    this.#made.remove(name);
  }

  #isoTime(): string {
    return new Date(this.#now()).toISOString();
  }
}

function rankOf({ precedence = Number.POSITIVE_INFINITY }: Group): number {
  return precedence;
}
