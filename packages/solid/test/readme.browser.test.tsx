import { verifyWithFakes } from "@veristep/binding-tests";
import { render } from "solid-js/web";
import { expect, test } from "vitest";
import { VerifyContacts } from "./examples/verify-contacts.js";

test("the README's screen verifies both contacts, and reads a national number (B60, B61)", async () => {
  const verified = verifyWithFakes((place, props) => render(() => <VerifyContacts {...props} />, place));
  await expect(verified).resolves.toBeUndefined();
});
