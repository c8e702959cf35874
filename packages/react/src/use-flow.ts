import type { MessageCatalogue } from "@veristep/core";
import { createFlow, type Flow, type UseVerificationOptions } from "@veristep/form/flow";
import { useEffect, useId, useMemo, useRef, useState } from "react";

/** A flow, and what its elements need besides. */
export interface ShownFlow {
  readonly flow: Flow;
  readonly messages: MessageCatalogue;
  /** The prefix of the ids, so that a label, its field and the status can be in separate components. */
  readonly id: string;
}

/** The flow of a component: created as it renders first, started when it mounts, stopped when it is gone. */
export function useFlow(options: UseVerificationOptions): ShownFlow {
  const newest = useRef(options);
  const latest = () => newest.current;
  useEffect(() => {
    newest.current = options;
  });

  const [held, hold] = useState(() => createFlow(options, latest, true));
  let flow = held;
  if (!held.isFor(options.user)) {
    flow = createFlow(options, latest, false);
    hold(flow);
  }

  useEffect(() => {
    if (!flow.isSuspended()) {
      flow.mount();
      return flow.unmount;
    }
    // The component is hidden with its state kept (<Activity>): a new flow resumes from there.
    hold(createFlow(newest.current, latest, false, flow));
    return undefined;
  }, [flow]);

  const { api, messages } = options;
  useEffect(() => {
    flow.notice(api);
  }, [flow, api]);
  const id = useId();
  return useMemo(() => ({ flow, messages, id }), [flow, messages, id]);
}
