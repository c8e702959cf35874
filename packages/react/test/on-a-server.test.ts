import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { english } from "@veristep/core";
import { createElement, type ReactNode } from "react";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import {
  useCountdown,
  useVerification,
  useVerificationContext,
  useVerificationView,
  VerificationProvider,
  type UseVerificationOptions,
} from "@veristep/react";

const fake = createFakeApi();
const clock = createSimulatedClock();
const options = { api: fake.api, clock, user: { id: 7, email: "person@example.com" }, messages: english };

/** Renders what a hook gives, as text. */
const rendered = (use: () => ReactNode, wrap: (inner: ReactNode) => ReactNode = (inner) => inner) =>
  renderToString(wrap(createElement(() => use())));

const inTree = (inner: ReactNode) => createElement(VerificationProvider, options, inner);

test("a server renders the view of a flow that has not begun, and starts nothing", async () => {
  expect(rendered(() => createElement("p", useVerification(options).getStatusProps()))).toMatch(
    /^<p role="status" aria-live="polite">Checking your details…<\/p>$/,
  );
  expect(rendered(() => useVerificationView((view) => view.step), inTree)).toBe("checking");
  expect(rendered(() => useVerificationContext().view.step, inTree)).toBe("checking");
  await clock.settle();
  expect(fake.calls).toEqual([]);
  expect(clock.pending).toBe(0);
});

test("a countdown is 0 on a server, whose clock is not the user's", () => {
  expect(rendered(() => useCountdown(clock.now() + 60_000, clock))).toBe("0");
});

test("throws an error that lists all invalid options, without their values", () => {
  const wrong: UseVerificationOptions = {
    ...options,
    user: { id: "", email: "no-address" },
    policy: { codeFormat: { length: 99 } },
  };
  const render = () => rendered(() => useVerification(wrong).view.step);
  expect(render).toThrow(/^veristep: policy\.codeFormat\.length must be a whole number from 4 to 10$/);
  const { policy: _, ...user } = wrong;
  expect(() => rendered(() => useVerification(user).view.step)).toThrow(
    /user\.id must be an integer, or a string of 1 to 256 characters; user\.email must be the registered e-mail address$/,
  );
});

test("the hooks of a tree say so when there is no provider above", () => {
  const message = "there is no <VerificationProvider> above";
  expect(() => rendered(() => useVerificationView((view) => view.step))).toThrow(message);
  expect(() => rendered(() => useVerificationContext().view.step)).toThrow(message);
});
