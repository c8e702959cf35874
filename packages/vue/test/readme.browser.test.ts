import { verifyWithFakes } from "@veristep/binding-tests";
import { expect, test } from "vitest";
import { createApp } from "vue";
import VerifyContacts from "./examples/VerifyContacts.vue";

test("the README's screen verifies both contacts, and reads a national number (B60, B61)", async () => {
  const verified = verifyWithFakes((place, props) => {
    const app = createApp(VerifyContacts, props);
    app.mount(place);
    return () => {
      app.unmount();
    };
  });
  await expect(verified).resolves.toBeUndefined();
});
