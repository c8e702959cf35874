import type { UseVerification } from "@veristep/react";
import { OTPInput } from "input-otp";

/** Six boxes to look at; one text input to a keyboard, a screen reader and the clipboard. */
export function CodeBoxes({ view, getCodeInputProps, getCodeLabelProps }: UseVerification) {
  const input = getCodeInputProps();
  return (
    <>
      <label {...getCodeLabelProps()}>Code</label>
      <OTPInput
        {...input}
        maxLength={view.code?.length ?? 6}
        // The boxes would cut a pasted message to their number, before the code is found in it.
        onPasteCapture={(event) => {
          event.preventDefault();
          event.stopPropagation();
          const nativeEvent = { type: "input", inputType: "insertFromPaste" };
          input.onChange({ target: { value: event.clipboardData.getData("text") }, nativeEvent });
        }}
        render={({ slots }) => slots.map(({ char }, at) => <span key={at}>{char ?? "·"}</span>)}
      />
    </>
  );
}
