import { english } from "@veristep/core";
import { createFakeApi } from "@veristep/core/testing";
import { render } from "svelte/server";
import { expect, test, vi } from "vitest";
import Screen from "./support/Screen.svelte";

test("a server renders the screen of a flow that has not begun, reads no clock and starts nothing", () => {
  const { api, calls } = createFakeApi();
  const clock = { now: vi.fn<() => number>(() => 0), schedule: vi.fn<() => () => void>() };
  const options = { api, clock, user: { id: 7, email: "person@example.com" }, messages: english };
  const { body } = render(Screen, { props: { options } });
  expect(body).toContain('<p role="status" aria-live="polite">Checking your details…</p>');
  expect(calls).toEqual([]);
  expect(clock.now).not.toHaveBeenCalled();
  expect(clock.schedule).not.toHaveBeenCalled();
});
