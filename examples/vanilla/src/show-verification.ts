import { english, type Verification } from "@veristep/core";
import { actions, titles } from "@veristep/example-page";
import { connect, createForm, keepFocus, secondsUntil, spread } from "@veristep/form";

const template = `
  <section class="wizard">
    <h1 tabindex="-1"></h1>
    <p class="unseen" data-part="status"></p>
    <p data-part="instruction"></p>
    <p class="banner" data-part="banner" hidden></p>
    <form>
      <div data-part="fields" hidden>
        <label></label>
        <input>
        <p class="error" data-part="error"></p>
      </div>
      <div class="buttons">
        <button data-part="submit"></button>
        <button data-part="resend">Send another code<span aria-hidden="true"></span></button>
        <button data-part="change">Change the number</button>
      </div>
    </form>
  </section>`;

/** Draws a flow into an element by the prop getters of `@veristep/form`, without a framework. @returns stops it. */
export function showVerification(root: HTMLElement, verification: Verification): () => void {
  root.innerHTML = template;
  const find = (selector: string): HTMLElement => {
    const found = root.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`no ${selector}`);
    return found;
  };
  const part = (name: string) => find(`[data-part="${name}"]`);
  const write = (element: HTMLElement, text: string | null) => {
    // A screen reader may speak a text again that is only written again.
    if (element.textContent !== (text ?? "")) element.textContent = text;
    element.hidden = text === null;
  };

  const form = createForm(verification);
  const show = () => {
    const { view, action } = form.getSnapshot();
    const shown = connect(form, { messages: english });
    const isPhone = view.step === "phoneEntry";
    const isNewStep = find("h1").textContent !== titles[view.step];
    write(find("h1"), titles[view.step]);
    spread(find("form"), shown.getFormProps());
    spread(part("status"), shown.getStatusProps());
    part("status").textContent = shown.status;
    spread(part("instruction"), shown.getInstructionProps());
    write(part("instruction"), shown.instruction);
    write(part("banner"), shown.banner?.text ?? null);
    part("fields").hidden = view.code === null && !isPhone;
    find("label").textContent = isPhone ? "Phone number, with the country code" : "Code";
    spread(find("label"), isPhone ? shown.getPhoneLabelProps() : shown.getCodeLabelProps());
    spread(find("input"), isPhone ? shown.getPhoneInputProps() : shown.getCodeInputProps());
    spread(part("error"), shown.getErrorProps());
    write(part("error"), shown.error);
    spread(part("submit"), shown.getSubmitButtonProps());
    write(part("submit"), action === null ? actions.code : actions[action]);
    part("submit").hidden = action === null && view.code === null;
    spread(part("resend"), shown.getResendButtonProps());
    part("resend").hidden = view.resend === null;
    spread(part("change"), shown.getChangePhoneButtonProps());
    part("change").hidden = !view.canChangePhone;
    // The same elements serve each step. The focus is taken from nowhere else (B61).
    if (isNewStep && root.contains(document.activeElement))
      (part("fields").hidden ? find("h1") : find("input")).focus();
  };
  const seconds = secondsUntil(form, ({ resend }) => resend?.availableAt ?? null);
  const showSeconds = () => {
    const left = seconds.getSnapshot();
    find('[data-part="resend"] span').textContent = left > 0 ? ` in ${left} s` : "";
  };

  const stops = [
    form.subscribe(show),
    seconds.subscribe(showSeconds),
    form.attach(),
    keepFocus(root, "input", "h1"),
  ];
  verification.start();
  show();
  showSeconds();
  return () => {
    for (const stop of stops) stop();
    verification.suspend();
  };
}
