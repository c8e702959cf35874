import { createSandbox } from "@veristep/sandbox";

const sandbox = createSandbox();
sandbox.addUser({ id: 42, email: "ivan@example.com" });
/** Answers instead of the application's server and of the service. */
globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (url.startsWith("/session/")) return new Response("any");
  return sandbox.fetch(url.replace("https://api-test.10npay.com", "http://localhost"), init);
};

// README

if (outcome.isErr()) throw new Error(JSON.stringify(outcome.error));
