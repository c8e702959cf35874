/**
 * Gives this process `Promise.withResolvers`, which Restate's SDK calls and Node has from version 22 on. Without it
 * every call would fail and be repeated by the engine, in silence.
 */
export function provideWithResolvers(): void {
  if (typeof Reflect.get(Promise, "withResolvers") === "function") return;
  Reflect.defineProperty(Promise, "withResolvers", {
    configurable: true,
    writable: true,
    value: <T>() => {
      let resolve: (value: T | PromiseLike<T>) => void = () => {};
      let reject: (reason: unknown) => void = () => {};
      const promise = new Promise<T>((fulfil, refuse) => {
        resolve = fulfil;
        reject = refuse;
      });
      return { promise, resolve, reject };
    },
  });
}
