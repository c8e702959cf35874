import * as fc from "fast-check";
import type {
  Args,
  ChartDefinition,
  Reference,
  StateDefinition,
  TransitionDefinition,
  Transitions,
} from "../../src/engine/definition.js";

/*
 * Random charts of everything that the engine runs, whatever the flow's own chart uses.
 *
 * - Each step ends: what could go round forever (eventless transitions, raised events, the ends of states) burns fuel,
 *   and there is little.
 * - One region of several has eventless transitions: XState takes those of several regions in the order in which it
 *   entered them, and the engine in document order.
 */

type Kind = "atomic" | "compound" | "parallel" | "final";

/** A state before it has a name. */
interface Shape {
  readonly kind: Kind;
  readonly children: readonly Shape[];
  /** The initial child, counted round. */
  readonly initial: number;
  /** Whether it has an id besides its path. */
  readonly isNamed: boolean;
  readonly tags: readonly string[];
  readonly entry: readonly string[];
  readonly invokes: boolean;
  readonly arrows: readonly Arrow[];
}

/** A transition before its states have names. */
interface Arrow {
  readonly on: "a" | "b" | "raised" | "" | "end" | "done" | "error";
  /** The target among all states but the root, counted round. */
  readonly to: number | null;
  /** Whether the target is named in the short form, where it has one. */
  readonly isShort: boolean;
  readonly reenters: boolean;
  readonly guard: string | null;
  readonly actions: readonly string[];
}

/** An event for both engines. */
export interface RandomEvent {
  readonly type: string;
  readonly ok?: boolean;
  readonly output?: unknown;
  readonly error?: unknown;
}

interface Facts {
  readonly fuel: number;
  readonly count: number;
  readonly seen: readonly string[];
}

// Contexts and events of these charts are of these types alone.
const factsOf = ({ context }: Args) => context as Facts;
const eventOf = ({ event }: Args) => event as RandomEvent;

const FUEL = 6;

const implementations: ChartDefinition["implementations"] = {
  guards: {
    fuelled: (args) => factsOf(args).fuel > 0,
    even: (args) => factsOf(args).count % 2 === 0,
    ok: (args) => eventOf(args).ok === true,
    // Each reference gives these parameters.
    atMost: (args, params) => factsOf(args).count <= (params as { readonly limit: number }).limit,
  },
  actions: {
    burn: { type: "assign", assignment: (args: Args) => ({ fuel: factsOf(args).fuel - 1 }) },
    count: { type: "assign", assignment: (args: Args) => ({ count: factsOf(args).count + 1 }) },
    reset: { type: "assign", assignment: { count: 0 } },
    // Each reference gives these parameters.
    note: {
      type: "assign",
      assignment: (args: Args, params) => ({
        seen: [...factsOf(args).seen, `${(params as { readonly text: string }).text} ${eventOf(args).type}`],
      }),
    },
    raise: { type: "raise", event: { type: "raised" } },
  },
};

/** A reference by its name, in one of the forms that charts use. */
function reference(name: string, where: string): Reference {
  if (name === "atMost") return { type: name, params: { limit: 1 } };
  if (name === "note") return { type: name, params: { text: where } };
  if (name === "note it")
    return { type: "note", params: (args: Args) => ({ text: `${where} ${factsOf(args).count}` }) };
  return name === "count" ? { type: name } : name;
}

const arbitraryArrow: fc.Arbitrary<Arrow> = fc.record({
  on: fc.constantFrom("a", "a", "b", "raised", "", "end", "done", "error"),
  to: fc.option(fc.nat(30), { freq: 5 }),
  isShort: fc.boolean(),
  reenters: fc.boolean(),
  guard: fc.option(fc.constantFrom("even", "ok", "atMost")),
  actions: fc.array(fc.constantFrom("count", "reset", "note", "note it", "raise"), { maxLength: 2 }),
});

const arbitraryOwn = {
  initial: fc.nat(3),
  isNamed: fc.boolean(),
  tags: fc.subarray(["red", "green", "blue"]),
  entry: fc.array(fc.constantFrom("count", "note", "note it", "raise"), { maxLength: 2 }),
  invokes: fc.boolean(),
  arrows: fc.array(arbitraryArrow, { maxLength: 4, size: "max" }),
};

const bare = { children: [], initial: 0, isNamed: false, tags: [], entry: [], invokes: false, arrows: [] };
const final: Shape = { ...bare, kind: "final" };

const withoutEventless = (shape: Shape): Shape => ({
  ...shape,
  arrows: shape.arrows.filter(({ on }) => on !== ""),
  children: shape.children.map(withoutEventless),
});

/** @param mayEnd whether a final child is allowed, as it isn't in regions. */
function arbitraryShape(depth: number, kinds: readonly Kind[], mayEnd: boolean): fc.Arbitrary<Shape> {
  const all: readonly Kind[] = depth === 0 ? ["atomic"] : kinds;
  return fc.constantFrom(...all).chain((kind): fc.Arbitrary<Shape> => {
    const own = { ...arbitraryOwn, kind: fc.constant(kind) };
    if (kind === "atomic" || kind === "final") return fc.record({ ...own, children: fc.constant([]) });
    const inner = arbitraryShape(
      depth - 1,
      ["atomic", "atomic", "compound", "parallel"],
      kind !== "parallel",
    );
    const children = fc.array(inner, { minLength: kind === "parallel" ? 2 : 1, maxLength: 3, size: "max" });
    if (kind === "parallel") {
      const regions = children.map(([first, ...others]) =>
        first === undefined ? others : [first, ...others.map(withoutEventless)],
      );
      return fc.record({ ...own, children: regions });
    }
    if (!mayEnd) return fc.record({ ...own, children });
    const end = fc.constantFrom<(readonly Shape[])[]>([], [final]);
    return fc.record({
      ...own,
      children: fc.tuple(children, end).map((parts) => parts.flat()),
    });
  });
}

interface Place {
  readonly shape: Shape;
  readonly keys: readonly string[];
}

const placesIn = (shape: Shape, keys: readonly string[]): readonly Place[] => [
  { shape, keys },
  ...shape.children.flatMap((child, at) => placesIn(child, [...keys, `s${at}`])),
];

const one = <T>(list: readonly T[]): T | readonly T[] | undefined => {
  const [first] = list;
  return list.length > 1 ? list : first;
};

/** The chart of a shape. Its states are `s0`, `s1`… of their parents, and its actors are numbered. */
function chartOf(root: Shape): ChartDefinition {
  const places = placesIn(root, []);
  const idOf = (place: Place) => `n${places.indexOf(place)}`;

  const nameOf = (source: Place, target: Place, isShort: boolean): string => {
    const parent = target.keys.slice(0, -1).join(".");
    const key = target.keys.at(-1) ?? "";
    if (isShort && parent === source.keys.join(".")) return `.${key}`;
    if (isShort && source.keys.length > 0 && parent === source.keys.slice(0, -1).join(".")) return key;
    return target.shape.isNamed ? `#${idOf(target)}` : `#${["chart", ...target.keys].join(".")}`;
  };

  const transitionOf = (source: Place, arrow: Arrow): string | TransitionDefinition => {
    const { on, to, isShort, reenters, guard, actions } = arrow;
    const target = to === null ? undefined : places[1 + (to % (places.length - 1))];
    const where = `${source.keys.join(".")}/${on}`;
    const references = actions.map((name) => reference(name, where));
    const isIdle = target === undefined && actions.length === 0;
    const burns = (on === "" || on === "raised" || on === "end") && !isIdle;
    const list = one(burns ? ["burn", ...references] : references);
    const condition = burns ? "fuelled" : guard;
    const name = target === undefined ? undefined : nameOf(source, target, isShort);
    if (name !== undefined && list === undefined && condition === null && !reenters) return name;
    return {
      ...(name === undefined ? {} : { target: name }),
      ...(condition === null ? {} : { guard: reference(condition, where) }),
      ...(list === undefined ? {} : { actions: list }),
      ...(reenters && source !== places[0] ? { reenter: true } : {}),
    };
  };

  const stateOf = (place: Place): StateDefinition => {
    const { shape, keys } = place;
    const { kind, children, tags, entry, invokes, arrows } = shape;
    const where = keys.join(".");
    const taking = (on: Arrow["on"]): Transitions =>
      one(arrows.filter((arrow) => arrow.on === on).map((arrow) => transitionOf(place, arrow)));
    const states = Object.fromEntries(
      children.map((_, at) => {
        const child = places.find(
          (other) =>
            other.keys.length === keys.length + 1 && other.keys.join(".") === [...keys, `s${at}`].join("."),
        );
        return [`s${at}`, child === undefined ? {} : stateOf(child)];
      }),
    );
    const handled = (["a", "b", "raised"] as const).flatMap((type) => {
      const transitions = taking(type);
      return transitions === undefined ? [] : [[type, transitions] as const];
    });
    const number = places.indexOf(place);
    return {
      ...(shape.isNamed && keys.length > 0 ? { id: idOf(place) } : {}),
      ...(kind === "parallel" || kind === "final" ? { type: kind } : {}),
      ...(kind === "compound" ? { initial: `s${shape.initial % children.length}` } : {}),
      ...(children.length === 0 ? {} : { states }),
      ...(tags.length === 0 ? {} : { tags: one(tags) ?? [] }),
      entry: [reference("note", where), ...entry.map((name) => reference(name, where))],
      ...(taking("") === undefined ? {} : { always: taking("") }),
      on: Object.fromEntries(handled),
      ...(kind === "compound" && taking("end") !== undefined ? { onDone: taking("end") } : {}),
      ...(invokes
        ? {
            invoke: {
              id: `actor${number}`,
              src: "work",
              input: (args: Args) => ({ count: factsOf(args).count, by: eventOf(args).type }),
              ...(taking("done") === undefined ? {} : { onDone: taking("done") }),
              ...(taking("error") === undefined ? {} : { onError: taking("error") }),
            },
          }
        : {}),
    };
  };

  const [first = { shape: root, keys: [] }] = places;
  return {
    config: {
      ...stateOf(first),
      id: "chart",
      context: ({ input }) => ({ fuel: FUEL, count: 0, seen: [String(input)] }),
      output: (args) => ({ seen: factsOf(args).seen, by: eventOf(args).type }),
    },
    implementations,
  };
}

/** Charts in which each state may have everything that the engine runs. */
export const arbitraryChart: fc.Arbitrary<ChartDefinition> = arbitraryShape(
  3,
  ["compound", "compound", "parallel"],
  true,
).map(chartOf);

const ofActor = (outcome: "done" | "error") =>
  fc.nat(12).map((at): RandomEvent => {
    const type = `xstate.${outcome}.actor.actor${at}`;
    return outcome === "done" ? { type, output: at, ok: true } : { type, error: `broken ${at}` };
  });

export const arbitraryEvent: fc.Arbitrary<RandomEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom("a", "b"), ok: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("raised", "unknown"), ok: fc.boolean() }) },
  { weight: 3, arbitrary: ofActor("done") },
  { weight: 1, arbitrary: ofActor("error") },
);
