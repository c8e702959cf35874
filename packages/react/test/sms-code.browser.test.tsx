import { StrictMode } from "react";
import { expect, test, vi } from "vitest";
import { render } from "vitest-browser-react";
import { userEvent } from "vitest/browser";
import type { SmsReader } from "@veristep/react";
import { createWorld, Screen } from "./support/world.js";

/** The waits for a message that were begun, newest last; a test delivers the message. */
function createSmsReader() {
  const waits: Array<{ readonly signal: AbortSignal; readonly deliver: (code: string | null) => void }> = [];
  const readSmsCode: SmsReader = ({ signal }) =>
    new Promise((deliver) => {
      waits.push({ signal, deliver });
    });
  return {
    waits,
    readSmsCode,
    states: () => waits.map(({ signal }) => (signal.aborted ? "aborted" : "waiting")),
  };
}

async function atPhoneStep(hold = false) {
  const world = createWorld();
  const { fake } = world;
  fake.service.verified.email = true;
  const sms = createSmsReader();
  const screen = await render(
    <StrictMode>
      <Screen options={{ ...world.options, readSmsCode: sms.readSmsCode }} />
    </StrictMode>,
  );
  await userEvent.click(screen.getByLabelText("Phone"));
  expect(sms.states()).toEqual([]);
  if (hold) fake.script("sendPhoneCode", { hold: true });
  await userEvent.keyboard("+359888123456{Enter}");
  const status = screen.getByRole("status");
  await expect.element(status).toHaveTextContent(hold ? "Sending a code to" : "We sent a 6-digit code to");
  return { ...world, sms, screen, status, code: () => fake.service.codes.phone ?? "" };
}

test("the code of the message is entered and submitted, once, under StrictMode", async () => {
  const { fake, sms, screen, code } = await atPhoneStep();
  expect(sms.states()).toEqual(["waiting"]);
  sms.waits[0]?.deliver(code());
  await expect.element(screen.getByTestId("step")).toHaveTextContent("verified");
  expect(fake.count("confirmPhone")).toBe(1);
  expect(sms.states()).toEqual(["aborted"]);
});

test("doesn't wait for a text message in the e-mail step", async () => {
  const { options } = createWorld();
  const sms = createSmsReader();
  const screen = await render(<Screen options={{ ...options, readSmsCode: sms.readSmsCode }} />);
  await expect.element(screen.getByRole("status")).toHaveTextContent("We sent a 6-digit code");
  expect(sms.states()).toEqual([]);
});

test("a message that is faster than the answer to its send waits for it", async () => {
  const { fake, sms, screen, code } = await atPhoneStep(true);
  expect(sms.states()).toEqual(["waiting"]);
  sms.waits[0]?.deliver(code());
  await expect.element(screen.getByLabelText("Code")).toHaveValue("");
  fake.release();
  await expect.element(screen.getByTestId("step")).toHaveTextContent("verified");
  expect(fake.count("confirmPhone")).toBe(1);
});

test("a code that is typed ends the wait; once it is refused, another one begins", async () => {
  const { fake, sms, screen, status, code } = await atPhoneStep();
  fake.script("confirmPhone", { hold: true });
  await userEvent.click(screen.getByLabelText("Code"));
  await userEvent.keyboard("000000");
  await expect.element(status).toHaveTextContent("Checking your code…");
  expect(sms.states()).toEqual(["aborted"]);
  // Whatever comes of an aborted wait is not for this screen any more.
  sms.waits[0]?.deliver(code());
  fake.release();
  await expect.element(status).toHaveTextContent("That code didn't work");
  await expect.element(screen.getByLabelText("Code")).toHaveValue("000000");
  expect(sms.states()).toEqual(["aborted", "waiting"]);
  expect(fake.count("confirmPhone")).toBe(1);
});

test("a resend ends the wait and begins another", async () => {
  const { clock, sms, screen, status, code } = await atPhoneStep();
  const dead = code();
  await clock.advance(60_000);
  await userEvent.click(screen.getByRole("button", { name: "Resend" }));
  await expect.element(status).toHaveTextContent("We sent a new code to");
  expect(sms.states()).toEqual(["aborted", "waiting"]);
  sms.waits[0]?.deliver(dead);
  await clock.settle();
  await expect.element(screen.getByLabelText("Code")).toHaveValue("");
  sms.waits[1]?.deliver(code());
  await expect.element(screen.getByTestId("step")).toHaveTextContent("verified");
});

test("B14: an unmount ends the wait", async () => {
  const { sms, screen } = await atPhoneStep();
  expect(sms.states()).toEqual(["waiting"]);
  await screen.unmount();
  expect(sms.states()).toEqual(["aborted"]);
});

test("lets the user type the code when the browser can't read it, or reading fails", async () => {
  for (const readSmsCode of [
    vi.fn<SmsReader>(() => Promise.resolve(null)),
    vi.fn<SmsReader>(() => Promise.reject(new Error("not allowed"))),
  ]) {
    const world = createWorld();
    world.fake.service.verified.email = true;
    const screen = await render(<Screen options={{ ...world.options, readSmsCode }} />);
    await userEvent.click(screen.getByLabelText("Phone"));
    await userEvent.keyboard("+359888123456{Enter}");
    await userEvent.click(screen.getByLabelText("Code"));
    expect(readSmsCode).toHaveBeenCalledTimes(1);
    await userEvent.keyboard(world.fake.service.codes.phone ?? "");
    await expect.element(screen.getByTestId("step")).toHaveTextContent("verified");
    await screen.unmount();
  }
});
