import type { Books } from "./books.js";
import type { Happening } from "./seen.js";

type Kind = Happening["kind"];

/** What a rule looks at: a function for each kind of happening that it cares for. */
type Watch = {
  readonly [K in Kind]?: (happening: Extract<Happening, { readonly kind: K }>) => void;
};

/** One rule of `behaviour.md`, as far as it can be seen from outside. */
export interface Rule {
  /** Its number. */
  readonly id: string;
  /** What is checked of it, in a line. */
  readonly says: string;
  /**
   * Begins to watch one flow.
   *
   * @param books what is known of the flow from outside; up to date before a rule is called.
   * @param broken says that the rule was broken, and how.
   */
  readonly watch: (books: Books, broken: (why: string) => void) => Watch;
}

/** A rule that was broken. */
export interface Violation {
  readonly rule: string;
  readonly why: string;
  /** True time, in ms since the flow began. */
  readonly at: number;
}

/** Lets rules watch one flow. */
export function watchAll(rules: readonly Rule[], books: Books) {
  const violations: Violation[] = [];
  const watchers = new Map<Kind, Array<(happening: Happening) => void>>();
  for (const { id, watch } of rules) {
    const watched = watch(books, (why) => {
      violations.push({ rule: id, why, at: books.now() });
    });
    for (const [kind, look] of Object.entries(watched)) {
      // `entries` forgets which function is for which kind; they come from one type.
      const list = watchers.get(kind as Kind) ?? [];
      list.push(look as (happening: Happening) => void);
      watchers.set(kind as Kind, list);
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
