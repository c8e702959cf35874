import { english } from "@veristep/core";
import {
  createFakeApi,
  createSimulatedClock,
  type FakeApi,
  type SimulatedClock,
} from "@veristep/core/testing";
import type { UseVerificationOptions } from "@veristep/form/flow";
import { page, type Locator } from "vitest/browser";
import type { Binding, MountedScreen } from "./binding.js";
import { atEnd } from "./cleanup.js";

/** A service without a network, a clock that doesn't tick by itself, and options to verify a user with them. */
export interface World {
  readonly fake: FakeApi;
  readonly clock: SimulatedClock;
  readonly options: UseVerificationOptions;
  readonly operations: () => readonly string[];
}

export function createWorld(): World {
  const fake = createFakeApi();
  const clock = createSimulatedClock();
  return {
    fake,
    clock,
    options: { api: fake.api, clock, user: { id: 7, email: "person@example.com" }, messages: english },
    operations: () => fake.calls.map(({ operation }) => operation),
  };
}

/** The screen of the tests, by what a user finds in it. */
export interface OpenScreen extends World, MountedScreen {
  readonly place: HTMLElement;
  readonly status: Locator;
  readonly code: Locator;
  readonly phone: Locator;
  readonly resend: Locator;
  readonly change: Locator;
  readonly submit: Locator;
}

/** Shows a binding's screen until the test has ended. */
export function openScreen(
  binding: Binding,
  prepare: (world: World) => Partial<UseVerificationOptions> | void = () => {},
): OpenScreen {
  const world = createWorld();
  const options = Object.assign(world.options, prepare(world));
  const place = document.body.appendChild(document.createElement("div"));
  const mounted = binding.mount(place, options);
  let isMounted = true;
  const unmount = () => {
    if (isMounted) mounted.unmount();
    isMounted = false;
  };
  atEnd(() => {
    unmount();
    place.remove();
  });
  return {
    ...world,
    ...mounted,
    unmount,
    place,
    status: page.getByRole("status"),
    code: page.getByLabelText("Code"),
    phone: page.getByLabelText("Phone"),
    resend: page.getByRole("button", { name: "Resend" }),
    change: page.getByRole("button", { name: "Change" }),
    submit: page.getByRole("button", { name: "Continue" }),
  };
}
