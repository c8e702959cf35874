import { english } from "@veristep/core";
import { createFakeApi } from "@veristep/core/testing";
import { expect, test, vi } from "vitest";
import { createSSRApp, h } from "vue";
import { renderToString } from "vue/server-renderer";
import { Screen } from "./support/binding.js";

test("a server renders the screen of a flow that has not begun, reads no clock and starts nothing", async () => {
  const { api, calls } = createFakeApi();
  const clock = { now: vi.fn<() => number>(() => 0), schedule: vi.fn<() => () => void>() };
  const options = () => ({ api, clock, user: { id: 7, email: "person@example.com" }, messages: english });
  const html = await renderToString(createSSRApp(() => h(Screen, { options })));
  expect(html).toContain('<p role="status" aria-live="polite">Checking your details…</p>');
  expect(calls).toEqual([]);
  expect(clock.now).not.toHaveBeenCalled();
  expect(clock.schedule).not.toHaveBeenCalled();
});
