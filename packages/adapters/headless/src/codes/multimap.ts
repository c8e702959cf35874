/** Several values under one key. Most keys have one, which costs no more than in a plain map. */
export interface Multimap<Value extends object | number> {
  readonly add: (key: string, value: Value) => void;
  readonly remove: (key: string, value: Value) => void;
  readonly at: (key: string) => readonly Value[];
  readonly has: (key: string) => boolean;
}

export function createMultimap<Value extends object | number>(): Multimap<Value> {
  const values = new Map<string, Value | readonly Value[]>();
  const isList = (entry: Value | readonly Value[]): entry is readonly Value[] => Array.isArray(entry);
  const at = (key: string): readonly Value[] => {
    const entry = values.get(key);
    if (entry === undefined) return [];
    return isList(entry) ? entry : [entry];
  };
  return {
    at,
    has: (key) => values.has(key),
    add: (key, value) => {
      const before = at(key);
      values.set(key, before.length === 0 ? value : [...before, value]);
    },
    remove: (key, value) => {
      const [first, ...rest] = at(key).filter((one) => one !== value);
      if (first === undefined) values.delete(key);
      else values.set(key, rest.length === 0 ? first : [first, ...rest]);
    },
  };
}
