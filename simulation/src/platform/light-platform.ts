import { LightAbortController, LightAbortSignal } from "./light-abort.js";
import { LightHeaders, LightRequest, LightResponse } from "./light-http.js";
import { LightStream } from "./light-stream.js";

const light = {
  AbortController: LightAbortController,
  AbortSignal: LightAbortSignal,
  Headers: LightHeaders,
  Request: LightRequest,
  Response: LightResponse,
  ReadableStream: LightStream,
  // Node's own makes a resource for its diagnostics at each call.
  queueMicrotask: (task: () => void) => {
    void Promise.resolve().then(task);
  },
};

/**
 * Puts light stand-ins in the place of the platform's HTTP messages, abort signals and streams, of which a flow
 * makes dozens and which cost Node more than the rest of the adapter. The adapter and the sandbox are as they are:
 * they build and parse the same messages. A test compares flows on both platforms.
 *
 * @returns puts the platform's own back.
 */
export function useLightPlatform(): () => void {
  const before = Object.fromEntries(Object.keys(light).map((name) => [name, Reflect.get(globalThis, name)]));
  Object.assign(globalThis, light);
  return () => {
    Object.assign(globalThis, before);
  };
}
