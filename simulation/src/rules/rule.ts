import type { Books } from "./books.js";
import type { Happening } from "./seen.js";

type Kind = Happening["kind"];

/** The functions of a rule that look at happenings, by their kind. */
type Watch = {
  readonly [K in Kind]?: (happening: Extract<Happening, { readonly kind: K }>) => void;
};

/** One rule of `behaviour.md`, as far as an observer can check it. */
export interface Rule {
  /** Its number. */
  readonly id: string;
  /**
   * Begins to watch one flow.
   *
   * @param books are up to date before the rule is called.
   * @param broken reports that the rule was broken, and how.
   */
  readonly watch: (books: Books, broken: (why: string) => void) => Watch;
}

export interface Violation {
  readonly rule: string;
  readonly why: string;
  /** The true time since the flow began, in ms. */
  readonly at: number;
}

/** Lets rules watch one flow. */
export function watchAll(rules: readonly Rule[], books: Books) {
  const violations: Violation[] = [];
  const watchers = new Map<string, Array<(happening: Happening) => void>>();
  for (const { id, watch } of rules) {
    const watched = watch(books, (why) => violations.push({ rule: id, why, at: books.now() }));
    for (const [kind, look] of Object.entries(watched)) {
      const list = watchers.get(kind) ?? [];
      // `Watch` pairs each function with its kind; `entries` forgets that.
      list.push(look as (happening: Happening) => void);
      watchers.set(kind, list);
    }
  }
  return {
    violations,
    tell: (happening: Happening) => {
      books.take(happening);
      for (const look of watchers.get(happening.kind) ?? []) look(happening);
    },
  };
}
