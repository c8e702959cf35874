import { useState } from "react";
import { expect, test, vi } from "vitest";
import { render } from "vitest-browser-react";
import { userEvent } from "vitest/browser";
import { useVerification, type PhoneParser, type UseVerificationOptions } from "@veristep/react";
import { eventually } from "./support/eventually.js";
import { createWorld, Fields, Screen } from "./support/world.js";

/** Bulgarian numbers, as far as these tests go. */
const bulgarianNumber: PhoneParser = (input) => {
  const digits = input.replaceAll(" ", "");
  if (/^0\d{9}$/.test(digits)) return `+359${digits.slice(1)}`;
  return /^\+359\d{9}$/.test(digits) ? digits : null;
};

async function atPhoneEntry(options: Partial<Pick<UseVerificationOptions, "loadPhoneParser">> = {}) {
  const world = createWorld();
  world.fake.service.verified.email = true;
  const screen = await render(<Screen options={{ ...world.options, ...options }} />);
  const field = screen.getByLabelText("Phone");
  await expect.element(field).toBeVisible();
  return {
    ...world,
    screen,
    field,
    status: screen.getByRole("status"),
    step: screen.getByTestId("step"),
    submit: screen.getByRole("button", { name: "Continue" }),
    numbers: () =>
      world.fake.calls.flatMap(({ operation, argument }) =>
        operation === "sendPhoneCode" ? [argument] : [],
      ),
  };
}

test("B29: loads the library only when the flow needs a number, and reads national numbers", async () => {
  const loadPhoneParser = vi.fn<() => Promise<PhoneParser>>(() => Promise.resolve(bulgarianNumber));
  const { options } = createWorld();
  const early = await render(<Screen options={{ ...options, loadPhoneParser }} />);
  await expect.element(early.getByLabelText("Code")).toBeVisible();
  expect(loadPhoneParser).not.toHaveBeenCalled();
  await early.unmount();

  const { field, step, numbers } = await atPhoneEntry({ loadPhoneParser });
  await eventually(() => {
    expect(loadPhoneParser).toHaveBeenCalledTimes(1);
  });
  await userEvent.click(field);
  await userEvent.keyboard("088 812 3456{Enter}");
  await expect.element(step).toHaveTextContent("phone");
  expect(numbers()).toEqual(["+359888123456"]);
});

test("B29: no library sees more than 64 characters", async () => {
  const reader = vi.fn<PhoneParser>(bulgarianNumber);
  const { field, status } = await atPhoneEntry({ loadPhoneParser: () => Promise.resolve(reader) });
  await userEvent.fill(field, "0".repeat(1_000));
  await userEvent.keyboard("{Enter}");
  await expect.element(status).toHaveTextContent("Enter the number with the country code");
  expect(reader.mock.calls).toEqual([["0".repeat(64)]]);
});

test("B61: what the library doesn't take for a number is refused in place; typing clears the mark", async () => {
  const { field, status, numbers } = await atPhoneEntry({
    loadPhoneParser: () => Promise.resolve(bulgarianNumber),
  });
  await userEvent.click(field);
  // The shape is right; no such number is.
  await userEvent.keyboard("+35912345678{Enter}");
  await expect.element(status).toHaveTextContent("Enter the number with the country code");
  await expect.element(field).toBeInvalid();
  await expect.element(field).toHaveFocus();
  await userEvent.keyboard("3");
  await expect.element(field).toBeValid();
  expect(numbers()).toEqual([]);
});

test("B3: a number submitted again and again while the library loads is sent one code", async () => {
  let loaded: (reader: PhoneParser) => void = () => {};
  const loading = new Promise<PhoneParser>((resolve) => {
    loaded = resolve;
  });
  const { fake, field, step, submit, numbers, status } = await atPhoneEntry({
    loadPhoneParser: () => loading,
  });
  fake.script("sendPhoneCode", { hold: true });
  await userEvent.click(field);
  await userEvent.keyboard("0888123456{Enter}{Enter}");
  await userEvent.click(submit);
  expect(numbers()).toEqual([]);
  loaded(bulgarianNumber);
  await expect.element(step).toHaveTextContent(/^phone$/);
  await expect.element(status).toHaveTextContent("Sending a code to");
  fake.release();
  await expect.element(status).toHaveTextContent("We sent a 6-digit code to");
  expect(numbers()).toEqual(["+359888123456"]);
});

test.each([
  ["doesn't load", () => Promise.reject(new Error("offline"))],
  [
    "throws",
    () =>
      Promise.resolve<PhoneParser>(() => {
        throw new Error("no metadata");
      }),
  ],
])("a library that %s leaves numbers with their country code", async (_, loadPhoneParser) => {
  const { field, status, step, numbers } = await atPhoneEntry({ loadPhoneParser });
  await userEvent.click(field);
  await userEvent.keyboard("0888123456{Enter}");
  await expect.element(status).toHaveTextContent("Enter the number with the country code");
  await userEvent.clear(field);
  await userEvent.keyboard("+359 888 123 456{Enter}");
  await expect.element(step).toHaveTextContent(/^phone$/);
  expect(numbers()).toEqual(["+359888123456"]);
});

test("B14, B16: a library that never loads doesn't block the user, and leaves no timer", async () => {
  const { clock, field, screen, step, numbers } = await atPhoneEntry({
    loadPhoneParser: () => new Promise<PhoneParser>(() => {}),
  });
  await userEvent.click(field);
  await userEvent.keyboard("+359888123456{Enter}");
  await clock.advance(2_999);
  expect(numbers()).toEqual([]);
  await clock.advance(1);
  await expect.element(step).toHaveTextContent(/^phone$/);
  expect(numbers()).toEqual(["+359888123456"]);
  await screen.unmount();

  const other = await atPhoneEntry({ loadPhoneParser: () => new Promise<PhoneParser>(() => {}) });
  await userEvent.click(other.field);
  await userEvent.keyboard("+359888123456{Enter}");
  expect(other.clock.pending).toBe(1);
  await other.screen.unmount();
  expect(other.clock.pending).toBe(0);
});

test.each(["loadPhoneParser", "parsePhone"] as const)(
  "%s: the newest function reads, so a default country can be chosen on the screen",
  async (option) => {
    const { fake, options } = createWorld();
    fake.service.verified.email = true;
    const App = () => {
      const [country, setCountry] = useState("359");
      const read = (input: string) => `+${country}${input}`;
      const verification = useVerification({
        ...options,
        ...(option === "parsePhone"
          ? { parsePhone: read }
          : { loadPhoneParser: () => Promise.resolve(read) }),
      });
      return (
        <>
          <button
            onClick={() => {
              setCountry("44");
            }}
          >
            UK
          </button>
          <Fields {...verification} />
        </>
      );
    };
    const screen = await render(<App />);
    await userEvent.click(screen.getByRole("button", { name: "UK" }));
    await userEvent.click(screen.getByLabelText("Phone"));
    await userEvent.keyboard("7700900123{Enter}");
    await expect.element(screen.getByTestId("step")).toHaveTextContent(/^phone$/);
    expect(fake.service.phone).toBe("+447700900123");
  },
);
