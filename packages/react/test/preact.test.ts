import type { UseVerification } from "@veristep/react";
import type { JSX } from "preact";
import { expectTypeOf, test } from "vitest";

/* `tsc` checks this file: an app in Preact takes the hooks with `preact/compat` in the place of React. */

type Props<Name extends keyof UseVerification> = UseVerification[Name] extends () => infer P ? P : never;
type Preact = JSX.IntrinsicElements;

test("props fit the elements of Preact", () => {
  expectTypeOf<Props<"getFormProps">>().toExtend<Preact["form"]>();
  expectTypeOf<Props<"getCodeLabelProps">>().toExtend<Preact["label"]>();
  expectTypeOf<Props<"getCodeInputProps">>().toExtend<Preact["input"]>();
  expectTypeOf<Props<"getPhoneLabelProps">>().toExtend<Preact["label"]>();
  expectTypeOf<Props<"getPhoneInputProps">>().toExtend<Preact["input"]>();
  expectTypeOf<Props<"getInstructionProps">>().toExtend<Preact["p"]>();
  expectTypeOf<Props<"getErrorProps">>().toExtend<Preact["p"]>();
  expectTypeOf<Props<"getStatusProps">>().toExtend<Preact["p"]>();
  expectTypeOf<Props<"getResendButtonProps">>().toExtend<Preact["button"]>();
  expectTypeOf<Props<"getChangePhoneButtonProps">>().toExtend<Preact["button"]>();
  expectTypeOf<Props<"getSubmitButtonProps">>().toExtend<Preact["button"]>();
  // Not any: what doesn't fit is refused.
  expectTypeOf<{ onSubmit: (text: string) => void }>().not.toExtend<Preact["form"]>();
});
