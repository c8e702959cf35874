import "./platform.js";
import { createVerification } from "@veristep/core";
import { createFakeApi } from "@veristep/core/testing";

const { api, service } = createFakeApi();
const flow = createVerification({ api, user: { id: 7, email: "person@example.com" } })._unsafeUnwrap();
let handled = "";
flow.subscribe(({ awaiting, channel, code }) => {
  const situation = `${channel} ${awaiting} ${code?.sent}`;
  if (situation === handled) return;
  handled = situation;
  if (awaiting === "phone") flow.submitPhone("+359888123456");
  if (awaiting === "code" && code?.sent === "yes") flow.submitCode(service.codes[channel]);
});
flow.start();
void flow.result.then((result) => print(result.isOk() ? "verified" : JSON.stringify(result.error)));
