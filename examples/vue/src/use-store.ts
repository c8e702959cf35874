import type { Store } from "@veristep/form";
import { onScopeDispose, shallowRef, type ShallowRef } from "vue";

/** A store as a ref, for as long as the component lives. */
export function useStore<T>(store: Store<T>): Readonly<ShallowRef<T>> {
  const ref = shallowRef(store.getSnapshot());
  onScopeDispose(
    store.subscribe(() => {
      ref.value = store.getSnapshot();
    }),
  );
  return ref;
}

/** The props of a neutral getter with Vue's names for handlers, which begin with a capital: `onInput`. */
export const inVue = (props: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(props).map(([name, value]) => [
      name.replace(/^on(.)/, (_, first: string) => `on${first.toUpperCase()}`),
      value,
    ]),
  );
