import { createVerification } from "@veristep/core";
import { createHttpApi } from "@veristep/http";

/** Verifies a user of a sandbox without a screen, with the codes of its outbox. */
export async function verify(env) {
  const user = { id: Number(env.VERISTEP_USER), email: env.VERISTEP_EMAIL };
  const api = createHttpApi({
    baseUrl: env.VERISTEP_URL,
    getToken: () => env.VERISTEP_TOKEN,
    onError: (trouble) => console.error(JSON.stringify(trouble)),
  });
  const created = createVerification({ api, user });
  if (created.isErr()) throw new Error(JSON.stringify(created.error));
  const flow = created.value;

  const submitNewest = async (channel) => {
    const outbox = await fetch(`${env.VERISTEP_URL}/_sandbox/outbox?userId=${user.id}&channel=${channel}`);
    const messages = await outbox.json();
    flow.submitCode(messages[messages.length - 1].code);
  };
  let handled = "";
  flow.subscribe(({ awaiting, channel, code }) => {
    const situation = `${channel} ${awaiting} ${code?.sent}`;
    if (situation === handled) return;
    handled = situation;
    if (awaiting === "phone") flow.submitPhone("+359888123456");
    if (awaiting === "code" && code?.sent === "yes") void submitNewest(channel);
  });
  flow.start();
  const result = await flow.result;
  if (result.isErr()) throw new Error(JSON.stringify(result.error));
  return result.value;
}
