import { createVerification } from "@veristep/core";
import { createFakeApi } from "@veristep/core/testing";

const { api, service } = createFakeApi();
service.verified.email = true;
service.verified.phone = true;
const verification = createVerification({ api, user: { id: 42, email: "ivan@example.com" } })._unsafeUnwrap();
const texts: string[] = [];
/** The live region: it notes each text that is written to it. */
const status = {
  get textContent(): string {
    return texts.at(-1) ?? "";
  },
  set textContent(text: string) {
    texts.push(text);
  },
};

// README

verification.start();
await verification.result;
await new Promise((resolve) => setTimeout(resolve));
if (texts.at(-1) !== "Your e-mail and phone number are verified.") throw new Error(texts.join("\n"));
if (new Set(texts).size !== texts.length) throw new Error("A text was written twice.");
