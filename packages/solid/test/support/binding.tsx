import type { Binding } from "@veristep/binding-tests";
import { createSignal } from "solid-js";
import { render } from "solid-js/web";
import { Screen } from "./screen.js";

export const solidBinding: Binding = {
  name: "Solid",
  mount: (place, options) => {
    const [given, give] = createSignal(options);
    const unmount = render(() => <Screen options={given()} />, place);
    return {
      update: (next) => {
        give(() => next);
      },
      unmount,
    };
  },
};
