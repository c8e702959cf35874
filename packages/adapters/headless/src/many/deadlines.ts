import type { Clock, EpochMs } from "@veristep/core";

/** Many deadlines over one timer. */
export interface Deadlines<Item> {
  /** Plans a wake-up for an item, in place of the one before. */
  set(item: Item, at: EpochMs): void;
  /** Forgets it. */
  delete(item: Item): void;
  /** Forgets all, and leaves no timer. */
  clear(): void;
}

/** A longer delay would overflow a 32-bit timer, which then fires at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

interface Entry<Item> {
  readonly item: Item;
  readonly at: EpochMs;
}

/** A heap: the parent of the entry at i is the one at (i - 1) >> 1, and never later. */
export function createDeadlines<Item>(clock: Clock, onDue: (item: Item) => void): Deadlines<Item> {
  const heap: Array<Entry<Item>> = [];
  /** The entry that counts; others of an item are passed over when their time comes. */
  const current = new Map<Item, Entry<Item>>();
  let armed: { readonly at: EpochMs; readonly cancel: () => void } | null = null;

  const isEarlier = (left: number, right: number): boolean => {
    const [a, b] = [heap[left], heap[right]];
    return a !== undefined && b !== undefined && a.at < b.at;
  };
  const swap = (left: number, right: number) => {
    const [a, b] = [heap[left], heap[right]];
    if (a !== undefined && b !== undefined) [heap[left], heap[right]] = [b, a];
  };
  const push = (entry: Entry<Item>) => {
    heap.push(entry);
    let at = heap.length - 1;
    while (at > 0 && isEarlier(at, (at - 1) >> 1)) {
      swap(at, (at - 1) >> 1);
      at = (at - 1) >> 1;
    }
  };
  const pop = (): void => {
    swap(0, heap.length - 1);
    heap.pop();
    let at = 0;
    for (;;) {
      const earlier = isEarlier(2 * at + 2, 2 * at + 1) ? 2 * at + 2 : 2 * at + 1;
      if (!isEarlier(earlier, at)) return;
      swap(earlier, at);
      at = earlier;
    }
  };

  const isDead = (entry: Entry<Item>) => current.get(entry.item) !== entry;

  const arm = () => {
    while (heap[0] !== undefined && isDead(heap[0])) pop();
    const next = heap[0];
    if (next !== undefined && armed?.at === next.at) return;
    armed?.cancel();
    armed = null;
    if (next === undefined) return;
    const delay = Math.min(Math.max(next.at - clock.now(), 0), LONGEST_TIMER_MS);
    armed = { at: next.at, cancel: clock.schedule(fire, delay) };
  };
  const fire = () => {
    armed = null;
    const now = clock.now();
    for (let next = heap[0]; next !== undefined && (next.at <= now || isDead(next)); next = heap[0]) {
      pop();
      if (isDead(next)) continue;
      current.delete(next.item);
      onDue(next.item);
    }
    arm();
  };

  return {
    set: (item, at) => {
      const entry = { item, at };
      current.set(item, entry);
      push(entry);
      arm();
    },
    delete: (item) => {
      current.delete(item);
      arm();
    },
    clear: () => {
      armed?.cancel();
      armed = null;
      heap.length = 0;
      current.clear();
    },
  };
}
