/** A value that changes, as React's `useSyncExternalStore` and every other framework can bind it. */
export interface Store<T> {
  readonly getSnapshot: () => T;
  /** Calls the listener after each change. @returns unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void;
}
