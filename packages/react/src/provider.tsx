import type { MessageCatalogue, VerificationView } from "@veristep/core";
import { shallowEqual, useSelector } from "@xstate/react";
import { createContext, useContext, useMemo, type ReactNode } from "react";
import type { Flow, UseVerificationOptions } from "./flow.js";
import { useFlow } from "./use-flow.js";
import { useBinding, type UseVerification } from "./use-verification.js";

interface Provided {
  readonly flow: Flow;
  readonly messages: MessageCatalogue;
}

const VerificationContext = createContext<Provided | null>(null);

function useProvided(): Provided {
  const provided = useContext(VerificationContext);
  if (provided === null) throw new Error("@veristep/react: there is no <VerificationProvider> above");
  return provided;
}

/** What {@link VerificationProvider} takes: the options of `useVerification` as props. */
export type VerificationProviderProps = UseVerificationOptions & { readonly children?: ReactNode };

/**
 * Runs one verification for the components below. It doesn't render when the flow changes: only those do that
 * look at what has changed.
 */
export function VerificationProvider({ children, ...options }: VerificationProviderProps): ReactNode {
  const flow = useFlow(options);
  const { messages } = options;
  const provided = useMemo(() => ({ flow, messages }), [flow, messages]);
  return <VerificationContext.Provider value={provided}>{children}</VerificationContext.Provider>;
}

/**
 * A part of the view of the {@link VerificationProvider} above. The component renders when the part changes, by a
 * shallow comparison.
 *
 * @example
 * ```tsx
 * const step = useVerificationView((view) => view.step);
 * ```
 */
export function useVerificationView<T>(selector: (view: VerificationView) => T): T {
  const { flow } = useProvided();
  return useSelector(flow.verification.actor, () => selector(flow.view()), shallowEqual);
}

/**
 * Everything that `useVerification` gives, of the {@link VerificationProvider} above. The component renders with
 * each change of the view and each keystroke, so use it where the fields are.
 */
export function useVerificationContext(): UseVerification {
  const { flow, messages } = useProvided();
  return useBinding(flow, messages);
}
