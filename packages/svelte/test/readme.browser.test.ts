import { verifyWithFakes } from "@veristep/binding-tests";
import { mount, unmount } from "svelte";
import { expect, test } from "vitest";
import VerifyContacts from "./examples/VerifyContacts.svelte";

test("the README's screen verifies both contacts, and reads a national number (B60, B61)", async () => {
  const verified = verifyWithFakes((place, props) => {
    const screen = mount(VerifyContacts, { target: place, props });
    return () => {
      void unmount(screen);
    };
  });
  await expect(verified).resolves.toBeUndefined();
});
