import type { VerificationView } from "@veristep/core";
import { shallowEqual } from "@veristep/form";
import type { UseVerificationOptions } from "@veristep/form/flow";
import { createContext, useContext, useRef, useSyncExternalStore, type ReactNode } from "react";
import { useFlow, type ShownFlow } from "./use-flow.js";
import { useBinding, type UseVerification } from "./use-verification.js";

const VerificationContext = createContext<ShownFlow | null>(null);

function useProvided(): ShownFlow {
  const provided = useContext(VerificationContext);
  if (provided === null) throw new Error("@veristep/react: there is no <VerificationProvider> above");
  return provided;
}

/** The props of {@link VerificationProvider}: the options of `useVerification`. */
export type VerificationProviderProps = UseVerificationOptions & { readonly children?: ReactNode };

/**
 * Runs one verification for the components below. When the flow changes, only the components that use the changed
 * part render, not the provider itself.
 */
export function VerificationProvider({ children, ...options }: VerificationProviderProps): ReactNode {
  return <VerificationContext.Provider value={useFlow(options)}>{children}</VerificationContext.Provider>;
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
  const kept = useRef<{ readonly part: T } | null>(null);
  // A part that equals the one before is that one: a selector may make an object of several.
  const select = (): T => {
    const part = selector(flow.form.getSnapshot().view);
    if (kept.current === null || !shallowEqual(kept.current.part, part)) kept.current = { part };
    return kept.current.part;
  };
  return useSyncExternalStore(flow.form.subscribe, select, select);
}

/**
 * Returns the verification of the {@link VerificationProvider} above, as `useVerification` does. The component renders
 * with each change of the view and each keystroke, so use it close to the fields.
 */
export function useVerificationContext(): UseVerification {
  return useBinding(useProvided());
}
