import { useEffect, useRef, useState } from "react";
import { createFlow, type Flow, type UseVerificationOptions } from "./flow.js";

/** The flow of a component: created as it renders first, started when it mounts, stopped when it is gone. */
export function useFlow(options: UseVerificationOptions): Flow {
  const newest = useRef(options);
  const latest = () => newest.current;
  useEffect(() => {
    newest.current = options;
  });

  const [held, hold] = useState(() => createFlow(options, latest));
  let flow = held;
  if (held.userId !== options.user.id) {
    flow = createFlow(options, latest);
    hold(flow);
  }

  useEffect(() => {
    if (flow.verification.actor.getSnapshot().status !== "stopped") return flow.mount();
    // Hidden for a while, with its state kept (<Activity>): another flow takes it up where it was.
    hold(createFlow(newest.current, latest, flow));
    return undefined;
  }, [flow]);
  return flow;
}
