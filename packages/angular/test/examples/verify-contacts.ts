import { Component, DestroyRef, ElementRef, inject } from "@angular/core";
import { injectCountdown, injectVerification } from "@veristep/angular";
import { english } from "@veristep/core";
import { keepFocus } from "@veristep/form";
import { api, user } from "./try-it.js";

// Loaded when a number is needed.
const loadPhoneParser = async () => {
  const { parsePhone } = await import("@veristep/phone");
  return (input: string) => parsePhone(input, { defaultCountry: "BG" });
};

@Component({
  selector: "verify-contacts",
  template: `
    <form data-verify="Form">
      <p class="visually-hidden" data-verify="Status">{{ screen().status }}</p>
      <p data-verify="Instruction">{{ screen().instruction }}</p>
      @if (screen().banner; as banner) {
        <p>{{ banner.text }}</p>
      }
      @if (screen().view.code) {
        <label data-verify="CodeLabel">Code</label>
        <input data-verify="CodeInput" />
        <button data-verify="ResendButton">
          Resend code
          @if (seconds()) {
            <span aria-hidden="true"> in {{ seconds() }} s</span>
          }
        </button>
      }
      @if (screen().view.phoneEntry) {
        <label data-verify="PhoneLabel">Phone number</label>
        <input data-verify="PhoneInput" />
      }
      <p data-verify="Error">{{ screen().error }}</p>
      <button data-verify="SubmitButton">
        {{ screen().action === "retry" ? "Try again" : "Continue" }}
      </button>
    </form>
  `,
})
export class VerifyContacts {
  readonly screen = injectVerification(() => ({ api, user, messages: english, loadPhoneParser }));
  readonly seconds = injectCountdown(() => this.screen().view.resend?.availableAt);

  constructor() {
    // Fields come and go: the focus moves to the next one.
    const place = inject<ElementRef<Element>>(ElementRef).nativeElement;
    inject(DestroyRef).onDestroy(keepFocus(place, "input", "button"));
  }
}
