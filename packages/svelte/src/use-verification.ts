import { createFlowHost, type Screen, type UseVerificationOptions } from "@veristep/form/flow";
import { onMount } from "svelte";
import { createSubscriber } from "svelte/reactivity";
import { toStore } from "svelte/store";

/**
 * Runs one verification for as long as the component is mounted, and returns its screen as a reactive value:
 * `const screen = $derived(verification.current)`. Spread its getters: `{...screen.getFormProps()}`.
 *
 * On a server it returns the screen of a flow that has not begun ("checking"), reads no clock and starts nothing.
 *
 * @param options as a function, so that another user or language counts: `() => ({ api, user, messages })`.
 * @param id the start of every id in the page, such as `$props.id()`, for pages with several screens.
 * @throws when an option is invalid as the component is created, or another option than `user` later.
 */
export function useVerification(
  options: () => UseVerificationOptions,
  id?: string,
): { readonly current: Screen } {
  const host = createFlowHost(options, id);
  const track = createSubscriber((update) => host.subscribe(update));
  onMount(() => {
    const followed = toStore(() => {
      const { api, user } = options();
      return [api, user.id, user.email, user.phone];
    });
    const unfollow = followed.subscribe(host.update);
    host.mount();
    return () => {
      unfollow();
      host.unmount();
    };
  });
  return {
    get current() {
      track();
      return host.getSnapshot();
    },
  };
}
