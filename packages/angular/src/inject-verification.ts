import {
  afterEveryRender,
  afterNextRender,
  computed,
  DestroyRef,
  effect,
  ElementRef,
  inject,
  signal,
  untracked,
  type Signal,
} from "@angular/core";
import { spread } from "@veristep/form";
import { createFlowHost, type Screen, type UseVerificationOptions } from "@veristep/form/flow";

/** Gives the elements with `data-verify="CodeInput"` the attributes and handlers of `getCodeInputProps`. */
function spreadAll(place: Element, screen: Screen): void {
  for (const element of place.querySelectorAll<HTMLElement>("[data-verify]")) {
    const getter = `get${element.dataset["verify"] ?? ""}Props`;
    const get: unknown = Reflect.get(screen, getter);
    if (typeof get !== "function") throw new Error(`veristep: a screen has no ${getter}.`);
    // The getters of a screen return props.
    spread(element, get() as object);
  }
}

/**
 * Runs one verification for as long as the component lives, and returns its screen. Angular's templates can't spread
 * attributes, so elements of the component name a getter instead: `<input data-verify="CodeInput">` gets the attributes
 * and handlers of `getCodeInputProps`. Call it in an injection context.
 *
 * On a server it returns the screen of a flow that has not begun ("checking"), reads no clock and starts nothing.
 *
 * @param options read with the first value, when the inputs of the component are available.
 * @param id the start of every id in the page, for pages with several screens.
 * @returns a signal. Reading it throws when an option is invalid.
 */
export function injectVerification(options: () => UseVerificationOptions, id?: string): Signal<Screen> {
  const changes = signal(0);
  const host = computed(() =>
    untracked(() => {
      const created = createFlowHost(() => options(), id);
      created.subscribe(() => {
        changes.update((count) => count + 1);
      });
      return created;
    }),
  );
  const screen = computed(() => {
    changes();
    return host().getSnapshot();
  });
  const place = inject<ElementRef<Element>>(ElementRef).nativeElement;
  effect(() => {
    const { api, user } = options();
    void [api, user.id, user.email, user.phone];
    untracked(() => {
      host().update();
    });
  });
  const destroyed = inject(DestroyRef);
  afterNextRender(() => {
    const { mount, unmount } = host();
    mount();
    destroyed.onDestroy(unmount);
  });
  afterEveryRender(() => {
    spreadAll(place, untracked(screen));
  });
  return screen;
}
