import { compose, paste } from "@veristep/binding-tests/input";
import { failure } from "@veristep/core/testing";
import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { userEvent } from "vitest/browser";
import {
  useVerification,
  useVerificationContext,
  VerificationProvider,
  type UseVerificationOptions,
} from "@veristep/react";
import { CodeBoxes } from "./examples/input-otp.js";
import { eventually } from "./support/eventually.js";
import { createWorld, Screen } from "./support/world.js";

async function atEmailCode() {
  const world = createWorld();
  const screen = await render(<Screen options={world.options} />);
  const status = screen.getByRole("status");
  await expect.element(status).toHaveTextContent("We sent a 6-digit code");
  const field = screen.getByLabelText("Code");
  return {
    ...world,
    screen,
    status,
    field,
    resend: screen.getByRole("button", { name: "Resend" }),
    submit: screen.getByRole("button", { name: "Continue" }),
    step: screen.getByTestId("step"),
    code: () => world.fake.service.codes.email ?? "",
    confirms: () =>
      world.fake.calls.flatMap(({ operation, argument }) => (operation === "confirmEmail" ? [argument] : [])),
  };
}

test("shows a keyboard with letters where codes have them (B60)", async () => {
  const { options } = createWorld();
  const policy = { codeFormat: { characters: "alphanumeric" } } as const;
  const screen = await render(<Screen options={{ ...options, policy }} />);
  const field = screen.getByLabelText("Code");
  await expect.element(field).toHaveAttribute("inputmode", "text");
  await expect.element(field).toHaveAttribute("autocapitalize", "none");
});

test("B60: links label, field and instruction, also in separate components below one provider", async () => {
  const { options } = createWorld();
  const Instruction = () => <p {...useVerificationContext().getInstructionProps()} />;
  const Label = () => <label {...useVerificationContext().getCodeLabelProps()}>Code</label>;
  const Code = () => {
    const { view, getCodeInputProps } = useVerificationContext();
    return view.code && <input {...getCodeInputProps()} />;
  };
  const screen = await render(
    <VerificationProvider {...options}>
      <Instruction />
      <Label />
      <Code />
    </VerificationProvider>,
  );
  const field = screen.getByRole("textbox");
  await expect.element(field).toHaveAccessibleName("Code");
  await expect.element(field).toHaveAccessibleDescription(/^We sent a 6-digit code/);
});

test("B60: a code is found in the sentence around it; of too many digits none are submitted", async () => {
  const { field, confirms, status } = await atEmailCode();
  await paste("1234567", field.element());
  await expect.element(field).toHaveValue("123456");
  expect(confirms()).toEqual([]);
  await userEvent.clear(field);
  await paste("Your 10npay code is 654-321.", field.element());
  await expect.element(status).toHaveTextContent("That code didn't work");
  expect(confirms()).toEqual(["654321"]);
});

test("B60: a code that is pasted behind a refused one takes its place", async () => {
  const { field, code, confirms, status, step } = await atEmailCode();
  await userEvent.click(field);
  await userEvent.keyboard("000000");
  await expect.element(status).toHaveTextContent("That code didn't work");
  const digits = code();
  await paste(`${digits.slice(0, 3)} ${digits.slice(3)}`, field.element());
  await expect.element(step).toHaveTextContent("phoneEntry");
  expect(confirms()).toEqual(["000000", digits]);
});

test("B60: plain digits of an input method, as of some Android keyboards, are submitted with the last one", async () => {
  const { field, code, confirms, step } = await atEmailCode();
  await userEvent.click(field);
  await compose(code());
  await expect.element(step).toHaveTextContent("phoneEntry");
  expect(confirms()).toHaveLength(1);
});

test("B61: the status replaces a refusal by the next news", async () => {
  const { fake, resend, screen, status } = await atEmailCode();
  await userEvent.click(resend, { force: true });
  await expect.element(status).toHaveTextContent("You can request a new code in");
  fake.service.verified.email = true;
  await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
  await expect.element(status).toHaveTextContent("Enter your phone number");
});

test("B61: a refusal of one step is not told again in the next, where the same is going on", async () => {
  const { fake, options } = createWorld();
  const user = { ...options.user, phone: "+359888123456" };
  const screen = await render(<Screen options={{ ...options, user }} />);
  const status = screen.getByRole("status");
  await expect.element(status).toHaveTextContent("We sent a 6-digit code to p");
  await userEvent.click(screen.getByLabelText("Code"));
  await userEvent.keyboard("12{Enter}");
  await expect.element(status).toHaveTextContent("Enter all 6 digits.");
  fake.service.verified.email = true;
  await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
  await expect.element(status).toHaveTextContent("We sent a 6-digit code to +");
  await expect.element(screen.getByLabelText("Code")).toBeValid();
});

test("B3: a double click on resend sends once", async () => {
  const { clock, resend, fake, status } = await atEmailCode();
  await clock.advance(60_000);
  fake.script("sendEmailCode", { hold: true });
  await userEvent.dblClick(resend);
  await expect.element(status).toHaveTextContent("Sending a code");
  fake.release();
  await expect.element(status).toHaveTextContent("We sent a new code to");
  expect(fake.count("sendEmailCode")).toBe(2);
});

test("B62: what the server wrote is not needed, and an unclear answer never reads as a wrong code (B2)", async () => {
  const { fake, field, status, step, code } = await atEmailCode();
  fake.script("confirmEmail", { actThenFail: failure.noAnswer });
  await userEvent.click(field);
  await userEvent.keyboard(code());
  await expect.element(step).toHaveTextContent("phoneEntry");
  await expect.element(status).toHaveTextContent("Enter your phone number");
});

const Boxes = ({ options }: { readonly options: UseVerificationOptions }) => {
  const verification = useVerification(options);
  return (
    <form {...verification.getFormProps()}>
      <p {...verification.getStatusProps()} />
      {verification.view.code && <CodeBoxes {...verification} />}
    </form>
  );
};

test("B9, B60: input-otp takes the same props: typed, pasted, cleared, submitted once", async () => {
  const { fake, clock, options, operations } = createWorld();
  const screen = await render(<Boxes options={options} />);
  const field = screen.getByLabelText("Code");
  await expect.element(screen.getByRole("status")).toHaveTextContent("We sent a 6-digit code");
  await userEvent.click(field);
  await userEvent.keyboard("000000");
  await expect.element(screen.getByRole("status")).toHaveTextContent("That code didn't work");
  await expect.element(field).toHaveFocus();
  await expect.element(field).toBeInvalid();
  expect(fake.count("confirmEmail")).toBe(1);

  await clock.advance(60_000);
  const code = fake.service.codes.email ?? "";
  await userEvent.keyboard("{Backspace>6/}");
  await paste(`${code.slice(0, 3)} ${code.slice(3)}`, field.element());
  await expect.element(screen.getByRole("status")).toHaveTextContent("Enter your phone number");
  expect(operations().filter((operation) => operation === "confirmEmail")).toHaveLength(2);
});

test.each(["Order 200-451: your code is 633925", "10.05.2024 Вашият код е 633925"])(
  "B60: input-otp finds the code in a pasted message: %s",
  async (message) => {
    const { fake, clock, options } = createWorld();
    const screen = await render(<Boxes options={options} />);
    const field = screen.getByLabelText("Code");
    await expect.element(field).toBeVisible();
    await userEvent.click(field);
    await userEvent.keyboard("63");
    await paste(message, field.element());
    await clock.settle();
    expect(
      fake.calls.flatMap(({ operation, argument }) => (operation === "confirmEmail" ? [argument] : [])),
    ).toEqual(["633925"]);
  },
);

test("a component library's field that gives the text itself, not an event, is bound by the same props", async () => {
  const { fake, options } = createWorld();
  interface FieldProps {
    readonly value: string;
    readonly onChange: (text: string) => void;
    readonly label: string;
  }
  const TextField = ({ label, value, onChange }: FieldProps) => (
    <label>
      {label}
      <input
        value={value}
        onChange={({ target }) => {
          onChange(target.value);
        }}
      />
    </label>
  );
  const App = () => {
    const { view, getCodeInputProps } = useVerification(options);
    const { value, onChange } = getCodeInputProps();
    return view.code && <TextField label="Code" value={value} onChange={onChange} />;
  };
  const screen = await render(<App />);
  await userEvent.click(screen.getByLabelText("Code"));
  await eventually(() => {
    expect(fake.service.codes.email).not.toBeNull();
  });
  await userEvent.keyboard(fake.service.codes.email ?? "");
  await eventually(() => {
    expect(fake.service.verified.email).toBe(true);
  });
});
