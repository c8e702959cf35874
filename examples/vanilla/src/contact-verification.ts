import type { Verification } from "@veristep/core";
import { createWizard, type Wizard, type WizardState } from "@veristep/example-page";

const template = `
  <section class="wizard" aria-labelledby="contact-verification-title">
    <h1 id="contact-verification-title" tabindex="-1"></h1>
    <p role="status" id="contact-verification-status"></p>
    <form novalidate hidden>
      <label for="contact-verification-field"></label>
      <input id="contact-verification-field" aria-describedby="contact-verification-status">
      <div class="buttons">
        <button type="submit">Confirm</button>
        <button type="button" data-does="resend">Send another code<span aria-hidden="true"></span></button>
        <button type="button" data-does="changePhone">Change the number</button>
      </div>
    </form>
    <div class="buttons"><button type="button" data-does="retry" hidden>Try again</button></div>
  </section>`;

function part<T extends Element>(root: Element, selector: string, type: new () => T): T {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`no ${selector}`);
  return found;
}

/**
 * `<contact-verification>`: the wizard as a custom element, in the light DOM, so that the page styles it and the
 * browser's password manager and autofill find the field. Give it a flow in {@link verification}.
 */
export class ContactVerification extends HTMLElement {
  #wizard: Wizard | null = null;
  #shown: Wizard | null = null;
  #stop = () => {};

  /** The flow to show. It starts while the element is in the page, and stops when it is taken out. */
  set verification(verification: Verification) {
    this.#stop();
    this.#wizard = createWizard(verification);
    if (this.isConnected) this.connectedCallback();
  }

  connectedCallback(): void {
    const wizard = this.#wizard;
    // Moved in the page, it goes on as it is: a flow that has stopped can't be started again.
    if (wizard === null || wizard === this.#shown) return;
    this.#shown = wizard;
    this.innerHTML = template;
    const form = part(this, "form", HTMLFormElement);
    const field = part(this, "input", HTMLInputElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      wizard.submit();
    });
    for (const event of ["input", "compositionend"]) field.addEventListener(event, wizard.type);
    field.addEventListener("focus", wizard.focus);
    const commands = { resend: wizard.resend, changePhone: wizard.changePhone, retry: wizard.retry };
    for (const [name, command] of Object.entries(commands)) {
      this.#button(name).addEventListener("click", command);
    }
    const unsubscribe = [
      wizard.state.subscribe(() => {
        this.#show(wizard.state.get());
      }),
      wizard.secondsToResend.subscribe(() => {
        this.#showSeconds(wizard.secondsToResend.get());
      }),
      wizard.start(this),
    ];
    this.#stop = () => {
      for (const end of unsubscribe) end();
    };
  }

  disconnectedCallback(): void {
    // A move in the page takes it out and puts it back in one go.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  #button(name: string): HTMLButtonElement {
    return part(this, `[data-does="${name}"]`, HTMLButtonElement);
  }

  #showSeconds(seconds: number): void {
    part(this, '[data-does="resend"] span', HTMLSpanElement).textContent =
      seconds > 0 ? ` in ${seconds} s` : "";
  }

  #show({ view, title, status, field, label, isWorking }: WizardState): void {
    const heading = part(this, "h1", HTMLHeadingElement);
    const input = part(this, "input", HTMLInputElement);
    const isNewStep = heading.textContent !== title;
    heading.textContent = title;
    part(this, "section", HTMLElement).dataset["wrong"] = String(field?.["aria-invalid"] ?? false);
    const live = part(this, '[role="status"]', HTMLElement);
    // A screen reader may speak a text again that is only written again.
    if (live.textContent !== status) live.textContent = status;

    part(this, "form", HTMLFormElement).hidden = field === null;
    part(this, "label", HTMLLabelElement).textContent = label;
    part(this, '[type="submit"]', HTMLButtonElement).ariaDisabled = String(isWorking);
    if (field !== null) {
      const { value, readonly, ...attributes } = field;
      for (const [name, attribute] of Object.entries(attributes)) input.setAttribute(name, String(attribute));
      input.readOnly = readonly;
      // The same text again would move the cursor.
      if (input.value !== value) input.value = value;
    }
    this.#button("resend").hidden = view.resend === null;
    this.#button("resend").ariaDisabled = String(view.resend?.allowed !== true);
    this.#button("changePhone").hidden = !view.canChangePhone;
    this.#button("retry").hidden = !view.canRetry;
    // The same elements serve each step. The focus is taken from nowhere else (B61).
    if (isNewStep && this.contains(document.activeElement)) (field === null ? heading : input).focus();
  }
}
