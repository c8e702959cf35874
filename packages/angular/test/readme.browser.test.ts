import { createComponent, provideZonelessChangeDetection } from "@angular/core";
import { createApplication } from "@angular/platform-browser";
import { verifyOn } from "@veristep/binding-tests";
import { expect, test, vi } from "vitest";
import { VerifyContacts } from "./examples/verify-contacts.js";

test("the README's screen verifies both contacts, and reads a national number (B60, B61)", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const newest = () => String(log.mock.lastCall?.[1]);
  const app = await createApplication({ providers: [provideZonelessChangeDetection()] });
  const hostElement = document.body.appendChild(document.createElement("verify-contacts"));
  const screen = createComponent(VerifyContacts, { environmentInjector: app.injector, hostElement });
  app.attachView(screen.hostView);
  await expect(verifyOn(() => ({ email: newest(), phone: newest() }))).resolves.toBeUndefined();
  app.destroy();
  hostElement.remove();
  log.mockRestore();
});
