import { createFlowHost, type UseVerificationOptions } from "@veristep/form/flow";
import {
  computed,
  onActivated,
  onDeactivated,
  onMounted,
  onUnmounted,
  shallowRef,
  toValue,
  useId,
  watch,
  type ComputedRef,
  type MaybeRefOrGetter,
} from "vue";
import { screenInVue, type VueScreen } from "./in-vue.js";

/**
 * Runs one verification for as long as the component is mounted, and returns its screen. Under `<KeepAlive>` the flow
 * is suspended while the component is inactive, and then resumes.
 *
 * On a server it returns the screen of a flow that has not begun ("checking"), reads no clock and starts nothing.
 *
 * @param options as a getter, so that another user or language counts: `() => ({ api, user, messages })`.
 * @throws when an option is invalid in the setup of the component, or another option than `user` later.
 */
export function useVerification(options: MaybeRefOrGetter<UseVerificationOptions>): ComputedRef<VueScreen> {
  const latest = () => toValue(options);
  const host = createFlowHost(latest, `${useId()}-`);
  const changes = shallowRef(0);
  host.subscribe(() => {
    changes.value += 1;
  });
  watch(() => {
    const { api, user } = latest();
    return [api, user.id, user.email, user.phone];
  }, host.update);
  onMounted(host.mount);
  onActivated(host.mount);
  onDeactivated(host.unmount);
  onUnmounted(host.unmount);
  return computed(() => {
    void changes.value;
    return screenInVue(host.getSnapshot());
  });
}
