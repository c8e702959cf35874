import { createSandbox } from "@veristep/sandbox";

const sandbox = createSandbox();
sandbox.addUser({ id: 42, email: "ivan@example.com" });
process.env["CLIENT_ID"] = "shop";
process.env["CLIENT_SECRET"] = "any";
/** Answers instead of the OAuth server and of the service. */
globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (url.startsWith("https://auth-test.10npay.com/"))
    return Response.json({ access_token: "any", token_type: "Bearer", expires_in: 60 });
  return sandbox.fetch(url.replace("https://api-test.10npay.com", "http://localhost"), init);
};

// README

if (outcome.isErr()) throw new Error(JSON.stringify(outcome.error));
