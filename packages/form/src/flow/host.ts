import { connect, type ConnectedForm } from "../connect.js";
import type { Store } from "../store.js";
import type { FormSnapshot } from "../shown.js";
import { createFlow, type Flow } from "./flow.js";
import type { UseVerificationOptions, VerificationCommands } from "./options.js";

/** Everything that a screen shows now: the snapshot, its sentences, the getters for its elements, and the commands. */
export interface Screen extends Omit<FormSnapshot, "at" | "typed">, ConnectedForm {
  readonly commands: VerificationCommands;
}

/** The flow of a mounted component as one store, for a binding to a framework. */
export interface FlowHost extends Store<Screen> {
  /** Follows the newest options: another user gets another flow. */
  readonly update: () => void;
  /** Starts the flow. Called once more, it does nothing; after {@link FlowHost.unmount} it continues where it was. */
  readonly mount: () => void;
  /** Suspends the flow. */
  readonly unmount: () => void;
}

/**
 * Hosts the flow of one component. It reads no clock and starts nothing before `mount`.
 *
 * @param latest gives the newest options. Its messages are read with each snapshot.
 * @param id the start of every id in the page.
 * @throws when an option is invalid.
 */
export function createFlowHost(latest: () => UseVerificationOptions, id?: string): FlowHost {
  const listeners = new Set<() => void>();
  let flow = createFlow(latest(), latest, true);
  let isMounted = false;
  const notify = () => {
    for (const listener of listeners) listener();
  };
  let unsubscribe = flow.form.subscribe(notify);
  const replace = (next: Flow) => {
    unsubscribe();
    flow.unmount();
    flow = next;
    unsubscribe = flow.form.subscribe(notify);
    if (isMounted) flow.mount();
    notify();
  };

  let screen: Screen | null = null;
  let shown: { readonly snapshot: FormSnapshot; readonly messages: object } | null = null;
  return {
    getSnapshot: () => {
      const { messages } = latest();
      const snapshot = flow.form.getSnapshot();
      if (screen === null || shown?.snapshot !== snapshot || shown.messages !== messages) {
        shown = { snapshot, messages };
        const options = { messages, ...(id !== undefined && { id }) };
        screen = { ...snapshot, ...connect(flow.form, options, snapshot), commands: flow.verification };
      }
      return screen;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    update: () => {
      const options = latest();
      if (!flow.isFor(options.user)) replace(createFlow(options, latest, false));
      flow.notice(options.api);
    },
    mount: () => {
      isMounted = true;
      if (flow.isSuspended()) replace(createFlow(latest(), latest, false, flow));
      else flow.mount();
    },
    unmount: () => {
      isMounted = false;
      flow.unmount();
    },
  };
}
