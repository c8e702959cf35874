import type { Binding } from "@veristep/binding-tests";
import { flushSync, mount, unmount } from "svelte";
import { writable } from "svelte/store";
import Parent from "./Parent.svelte";

export const svelteBinding: Binding = {
  name: "Svelte",
  mount: (place, options) => {
    const store = writable(options);
    const parent = mount(Parent, { target: place, props: { options: store } });
    flushSync();
    return {
      update: (next) => {
        store.set(next);
      },
      unmount: () => {
        void unmount(parent);
      },
    };
  },
};
