import type { Store } from "@veristep/form";
import { createSubscriber } from "svelte/reactivity";

/** A store as a reactive value; it is listened to for as long as something shows it. */
export function fromStore<T>(store: Store<T>): { readonly current: T } {
  const track = createSubscriber((update) => store.subscribe(update));
  return {
    get current() {
      track();
      return store.getSnapshot();
    },
  };
}
