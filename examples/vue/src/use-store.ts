import type { Store } from "@veristep/example-page";
import { onScopeDispose, shallowRef, type ShallowRef } from "vue";

/** A store as a ref, for as long as the component lives. */
export function useStore<T>(store: Store<T>): Readonly<ShallowRef<T>> {
  const ref = shallowRef(store.get());
  onScopeDispose(
    store.subscribe(() => {
      ref.value = store.get();
    }),
  );
  return ref;
}
