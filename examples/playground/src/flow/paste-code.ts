/** Pastes a code into the field of the phone, as its user does. */
export function pasteCode(code: string): void {
  const input = document.querySelector("verify-contact")?.shadowRoot?.querySelector("input");
  if (!input) return;
  input.value = code;
  input.dispatchEvent(new InputEvent("input", { inputType: "insertFromPaste" }));
}
