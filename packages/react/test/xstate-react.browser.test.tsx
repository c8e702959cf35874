import { shallowEqual, useSelector } from "@xstate/react";
import { memo } from "react";
import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { useVerification, type UseVerificationOptions } from "@veristep/react";
import { createWorld } from "./support/world.js";

let renders = 0;

const Chart = memo(({ actor }: Pick<ReturnType<typeof useVerification>, "actor">) => {
  renders += 1;
  const { email, phone } = useSelector(
    actor,
    ({ context: { facts } }) => ({ email: facts.email.generation, phone: facts.phone.generation }),
    shallowEqual,
  );
  const isAtEmail = useSelector(actor, (snapshot) => snapshot.matches("emailPending"));
  return <output>{`${isAtEmail ? "at the e-mail" : "elsewhere"}, ${email} and ${phone} codes`}</output>;
});

function Inspected({ options }: { readonly options: UseVerificationOptions }) {
  return <Chart actor={useVerification(options).actor} />;
}

test("useSelector of @xstate/react follows a flow's actor, and renders for a new selection only", async () => {
  const { clock, fake, options } = createWorld();
  const screen = await render(<Inspected options={options} />);
  const output = screen.getByRole("status");
  await expect.element(output).toHaveTextContent("at the e-mail, 1 and 0 codes");
  const before = renders;
  // The cooldown ends, which neither selection is about.
  await clock.advance(60_000);
  expect(fake.count("sendEmailCode")).toBe(1);
  expect(renders).toBe(before);
});
