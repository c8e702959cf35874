import type { UseVerification } from "@veristep/react";
import { OTPInput } from "input-otp";

/** Six boxes to look at; one text input to a keyboard, a screen reader and the clipboard. */
export function CodeBoxes({ view, getCodeInputProps, getCodeLabelProps }: UseVerification) {
  return (
    <>
      <label {...getCodeLabelProps()}>Code</label>
      <OTPInput
        {...getCodeInputProps()}
        maxLength={view.code?.length ?? 6}
        pasteTransformer={(text) => text.replaceAll(/\D/g, "")}
        render={({ slots }) => slots.map(({ char }, at) => <span key={at}>{char ?? "·"}</span>)}
      />
    </>
  );
}
