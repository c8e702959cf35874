import { createFlowHost, type Screen, type UseVerificationOptions } from "@veristep/form/flow";
import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  on,
  onCleanup,
  onMount,
  type Accessor,
} from "solid-js";

/**
 * Runs one verification for as long as the component is mounted, and returns its screen. Spread its getters:
 * `{...screen().getFormProps()}`.
 *
 * On a server it returns the screen of a flow that has not begun ("checking"), reads no clock and starts nothing.
 *
 * @param options as a function, so that another user or language counts: `() => ({ api, user, messages })`.
 * @throws when an option is invalid as the component is created, or another option than `user` later.
 */
export function useVerification(options: Accessor<UseVerificationOptions>): Accessor<Screen> {
  const host = createFlowHost(options, `${createUniqueId()}-`);
  const [changes, change] = createSignal(0);
  host.subscribe(() => {
    change((count) => count + 1);
  });
  createEffect(
    on(
      () => {
        const { api, user } = options();
        return [api, user.id, user.email, user.phone];
      },
      host.update,
      { defer: true },
    ),
  );
  onMount(host.mount);
  onCleanup(host.unmount);
  return createMemo(() => {
    changes();
    return host.getSnapshot();
  });
}
