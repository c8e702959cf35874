import { openScreen, type Binding } from "@veristep/binding-tests";
import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { createApp, h, KeepAlive, nextTick, shallowRef } from "vue";
import { Screen } from "./support/binding.js";

test("under <KeepAlive> the flow is suspended while it is away, and continues where it was (B31)", async () => {
  const isShown = shallowRef(true);
  const binding: Binding = {
    name: "Vue",
    mount: (place, options) => {
      const app = createApp(() => h(KeepAlive, () => isShown.value && h(Screen, { options: () => options })));
      app.mount(place);
      return { update: () => {}, unmount: () => app.unmount() };
    },
  };
  const { clock, code, status, resend, operations } = openScreen(binding);
  await expect.element(status).toHaveTextContent("We sent a 6-digit code");
  await userEvent.click(code);
  await userEvent.keyboard("123");
  isShown.value = false;
  await nextTick();
  await clock.advance(20_000);
  expect(clock.pending).toBe(0);
  isShown.value = true;
  await expect.element(code).toHaveValue("123");
  await clock.advance(39_000);
  await expect.element(resend).toHaveAttribute("aria-disabled", "true");
  await clock.advance(1_000);
  await expect.element(resend).toHaveAttribute("aria-disabled", "false");
  expect(operations()).toEqual(["status", "sendEmailCode", "status"]);
});
