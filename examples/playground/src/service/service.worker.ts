import { serve } from "./serve.js";

addEventListener("connect", (event) => {
  // What a "connect" event is: the types of a page don't know those of a shared worker.
  const [port] = (event as MessageEvent).ports;
  if (port !== undefined) serve(port);
});
