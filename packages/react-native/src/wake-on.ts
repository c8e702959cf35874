/** The part of React Native's `AppState` that {@link wakeOn} uses. */
export interface AppStates {
  addEventListener(type: "change", listener: (state: string) => void): { remove(): void };
}

/**
 * Refreshes a flow when its app comes back to the foreground (B18): the system suspends it in the background, and the user
 * may have verified something elsewhere.
 *
 * @param appState `AppState` of `react-native`.
 * @returns stops it.
 */
export function wakeOn(verification: { readonly refresh: () => unknown }, appState: AppStates): () => void {
  const subscription = appState.addEventListener("change", (state) => {
    if (state === "active") verification.refresh();
  });
  return () => {
    subscription.remove();
  };
}
