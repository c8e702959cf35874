import { serve } from "./serve.js";

/*
 * The merchant's server, in a worker: the only place where the access token is. A shared worker is started once, and
 * all tabs connect to it; an ordinary one belongs to the tab that started it.
 */
if ("onconnect" in globalThis) {
  addEventListener("connect", (event) => {
    // What a "connect" event is: the types of a page don't know those of a shared worker.
    const [port] = (event as MessageEvent).ports;
    if (port === undefined) return;
    serve(port);
    port.start();
  });
} else {
  serve(globalThis);
}
