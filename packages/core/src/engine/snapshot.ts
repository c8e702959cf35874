import type { Child } from "./child.js";
import type { Configuration, Configurations } from "./configurations.js";
import type { ChartEvent } from "./definition.js";

/** The parts that all snapshots of one chart share. */
export interface SnapshotParts {
  readonly configurations: Configurations;
  readonly tagBits: ReadonlyMap<string, number>;
}

export type Status = "active" | "done" | "error" | "stopped";

/** A flow at one moment, with the members of XState's `MachineSnapshot` that bindings and hosts use. Immutable. */
export class ChartSnapshot {
  readonly status: Status;
  readonly context: object;
  readonly output: unknown;
  readonly error: unknown;
  /** @internal */
  readonly configuration: Configuration;
  /** @internal The actors that are running, in the order in which they began. */
  readonly active: readonly Child[];
  readonly #parts: SnapshotParts;

  constructor(
    parts: SnapshotParts,
    members: {
      readonly status: Status;
      readonly context: object;
      readonly configuration: Configuration;
      readonly active: readonly Child[];
      readonly output?: unknown;
      readonly error?: unknown;
    },
  ) {
    this.#parts = parts;
    this.status = members.status;
    this.context = members.context;
    this.configuration = members.configuration;
    this.active = members.active;
    this.output = members.output;
    this.error = members.error;
  }

  get value(): unknown {
    return this.#parts.configurations.valueOf(this.configuration);
  }

  get tags(): Set<string> {
    return new Set([...this.#parts.tagBits.keys()].filter((tag) => this.hasTag(tag)));
  }

  get children(): Readonly<Record<string, Child>> {
    return Object.fromEntries(this.active.map((child) => [child.id, child]));
  }

  hasTag(tag: string): boolean {
    return (this.configuration.tags & (this.#parts.tagBits.get(tag) ?? 0)) !== 0;
  }

  /** Whether a state value is part of this one: `"a"`, `"a.b"` or `{ a: { b: "c" } }`. */
  matches(value: unknown): boolean {
    return isPartOf(expand(value), this.value);
  }

  /** Whether an event would change something now. */
  can(event: ChartEvent): boolean {
    const { configurations } = this.#parts;
    const found = configurations.select(this.configuration, { context: this.context, event });
    return found !== null && found.some(({ hasEffect }) => hasEffect);
  }

  /** This snapshot of a flow that was stopped, or that broke with an error. */
  ended(status: "stopped" | "error", error?: unknown): ChartSnapshot {
    const { context, configuration, active, output } = this;
    return new ChartSnapshot(this.#parts, { status, context, configuration, active, output, error });
  }

  /** The snapshot in XState's persisted form. */
  toJSON(): object {
    const { status, context, output, error, value } = this;
    const children = Object.fromEntries(
      this.active.map(({ id, src, input }) => [id, { src, snapshot: { status: "active", input } }]),
    );
    return { status, context, output, error, value, children, historyValue: {}, tags: [...this.tags] };
  }
}

/** "a.b" as `{ a: "b" }`, XState's own reading of a string with dots. */
function expand(value: unknown): unknown {
  if (typeof value !== "string") return value;
  return value
    .split(".")
    .reduceRight<unknown>((inner, key) => (inner === null ? key : { [key]: inner }), null);
}

function isPartOf(part: unknown, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return part === value;
  if (typeof part === "string") return Object.hasOwn(value, part);
  if (typeof part !== "object" || part === null) return false;
  return Object.entries(part).every(
    ([key, inner]) => Object.hasOwn(value, key) && isPartOf(inner, Reflect.get(value, key)),
  );
}
