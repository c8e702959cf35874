/**
 * Where codes, addresses and numbers stay, so that events, context, actor inputs and with them snapshots and
 * inspectors carry references only (B26, B30).
 */
export interface SecretSlot {
  /** Keeps a value; the same value gets the same reference for as long as it is kept. */
  put(value: string): string;
  /** The value behind a reference, or undefined once it was dropped. */
  get(ref: string): string | undefined;
  /** Drops every value but the one behind this reference. */
  keepOnly(kept: string | null): void;
}

/** @param prefix begins each reference, so that a reader can tell what kind of thing it stands for. */
export function createSecretSlot(prefix: string): SecretSlot {
  const values = new Map<string, string>();
  let count = 0;
  return {
    put: (value) => {
      for (const [ref, kept] of values) if (kept === value) return ref;
      count += 1;
      const ref = `${prefix}${count}`;
      values.set(ref, value);
      return ref;
    },
    get: (ref) => values.get(ref),
    keepOnly: (kept) => {
      for (const ref of values.keys()) if (ref !== kept) values.delete(ref);
    },
  };
}
