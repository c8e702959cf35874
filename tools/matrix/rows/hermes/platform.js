import { AbortController } from "abort-controller/dist/abort-controller.mjs";

// React Native brings these two along.
globalThis.AbortController = AbortController;
globalThis.queueMicrotask = (task) => void Promise.resolve().then(task);
