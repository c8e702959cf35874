import { createSandbox } from "@veristep/sandbox";

const sandbox = createSandbox();
process.env["CLIENT_ID"] = "shop";
process.env["CLIENT_SECRET"] = "any";
const id = sandbox.addUser({ email: "ivan@example.com" });
let tokens = 0;
/** Answers instead of the OAuth server and of the service. */
globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith("https://auth.10npay.com/"))
    return sandbox.fetch(url.replace("https://api-test.10npay.com", "http://localhost"), init);
  tokens += 1;
  return Response.json({ access_token: sandbox.mintToken().token, token_type: "Bearer", expires_in: 600 });
};

// README

const read = () => api.status({ userId: id, signal: AbortSignal.timeout(10_000), idempotencyKey: "status" });
const answers = await Promise.all([read(), read(), read()]);
if (answers.some((answer) => answer.isErr()) || tokens !== 1) throw new Error(`${tokens} tokens`);
sandbox.expireTokens();
if ((await read()).isErr()) throw new Error("A token that has expired is not replaced.");
