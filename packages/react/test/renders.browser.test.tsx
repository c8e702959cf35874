import type { Clock, EpochMs } from "@veristep/core";
import { memo } from "react";
import { afterEach, expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { userEvent } from "vitest/browser";
import {
  useCountdown,
  useVerification,
  useVerificationContext,
  useVerificationView,
  VerificationProvider,
  type UseVerificationOptions,
} from "@veristep/react";
import { createWorld } from "./support/world.js";

/*
 * How often each component renders. Not under StrictMode, which renders everything twice.
 */

const renders: Record<string, number> = {};
const count = (name: string) => {
  renders[name] = (renders[name] ?? 0) + 1;
};
/** Returns the components that have rendered since the last call. */
const rendered = () => {
  const counts = { ...renders };
  for (const name of Object.keys(renders)) delete renders[name];
  return counts;
};

afterEach(() => {
  rendered();
});

function SecondsLeft({ until, clock }: { readonly until: EpochMs; readonly clock: Clock }) {
  count("SecondsLeft");
  return <b data-testid="seconds">{useCountdown(until, clock)}</b>;
}

const Around = memo(() => {
  count("Around");
  return <hr />;
});

function Whole({ options, clock }: { readonly options: UseVerificationOptions; readonly clock: Clock }) {
  count("Whole");
  const { view, getCodeInputProps, getCodeLabelProps } = useVerification(options);
  return (
    <>
      <label {...getCodeLabelProps()}>Code</label>
      <input {...getCodeInputProps()} />
      {view.resend?.availableAt && <SecondsLeft until={view.resend.availableAt} clock={clock} />}
      <Around />
    </>
  );
}

test("a cooldown renders the leaf once a second, and nothing else; a keystroke renders 1 component and its leaf", async () => {
  const { clock, options } = createWorld();
  const screen = await render(<Whole options={options} clock={clock} />);
  const seconds = screen.getByTestId("seconds");
  await expect.element(seconds).toHaveTextContent("60");
  rendered();

  for (let second = 59; second >= 50; second -= 1) {
    await clock.advance(1_000);
    expect(seconds.element().textContent).toBe(String(second));
  }
  expect(rendered()).toEqual({ SecondsLeft: 10 });

  await userEvent.click(screen.getByLabelText("Code"));
  rendered();
  await userEvent.keyboard("1");
  await expect.element(screen.getByLabelText("Code")).toHaveValue("1");
  expect(rendered()).toEqual({ Whole: 1, SecondsLeft: 1 });
});

const Step = () => {
  count("Step");
  return <b data-testid="step">{useVerificationView((view) => view.step)}</b>;
};
const Delivery = () => {
  count("Delivery");
  const { code, resend } = useVerificationView(({ code, resend }) => ({ code, resend }));
  return (
    <b data-testid="delivery">
      {code?.sent} {String(resend?.allowed)}
    </b>
  );
};
const Code = () => {
  count("Code");
  const { commands, getCodeInputProps, getCodeLabelProps, getFormProps } = useVerificationContext();
  return (
    <form {...getFormProps()}>
      <button type="button" onClick={commands.refresh}>
        Refresh
      </button>
      <label {...getCodeLabelProps()}>Code</label>
      <input {...getCodeInputProps()} />
    </form>
  );
};

test("in a tree a component renders when its own part of the view changes, and the provider never does", async () => {
  const { fake, clock, options } = createWorld();
  const Tree = () => {
    count("Tree");
    return (
      <VerificationProvider {...options}>
        <Step />
        <Delivery />
        <Code />
        <Around />
      </VerificationProvider>
    );
  };
  const screen = await render(<Tree />);
  await expect.element(screen.getByTestId("delivery")).toHaveTextContent("yes false");
  await userEvent.click(screen.getByLabelText("Code"));
  rendered();

  await userEvent.keyboard("1");
  await expect.element(screen.getByLabelText("Code")).toHaveValue("1");
  expect(rendered()).toEqual({ Code: 1 });

  await clock.advance(59_999);
  expect(rendered()).toEqual({});
  await clock.advance(1);
  await expect.element(screen.getByTestId("delivery")).toHaveTextContent("yes true");
  expect(rendered()).toEqual({ Delivery: 1, Code: 1 });

  // The read of the status shows in the view, and in no part that these two look at.
  await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
  await clock.settle();
  expect(fake.count("status")).toBe(2);
  expect(rendered()).toEqual({ Code: 2 });

  fake.service.verified.email = true;
  await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
  await expect.element(screen.getByTestId("step")).toHaveTextContent("phoneEntry");
  expect(rendered()).toMatchObject({ Step: 1 });
  expect(renders).not.toHaveProperty("Tree");
});
