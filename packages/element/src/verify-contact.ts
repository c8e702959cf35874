import {
  formatMessage,
  messageKeyOf,
  systemClock,
  type ApiFailure,
  type Clock,
  type EpochMs,
  type ShownFailure,
  type Verification,
  type VerificationView,
} from "@veristep/core";
import {
  connect,
  createForm,
  keepFocus,
  secondsUntil,
  spread,
  type Form,
  type FormOptions,
  type FormSnapshot,
} from "@veristep/form";
import { gatewayApi } from "@veristep/gateway/client";
import { english } from "./english.js";
import { openingScreen, screenOf } from "./screen.js";
import { openFlow, type SessionApi } from "./source.js";
import { style } from "./style.js";
import { template } from "./template.js";
import type { ElementTexts, ScreenName } from "./texts.js";

// A server can import the module: it has no elements, and never makes this one, so any class will do there.
const Base = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement);

/** The element's events, with their `detail`. */
export interface VerifyContactEvents {
  /** The user has verified every contact. */
  readonly verified: CustomEvent<VerificationView["evidence"]>;
  /** The flow has ended without that. */
  readonly failed: CustomEvent<VerificationView["failedBecause"]>;
  /** Another screen is shown. */
  readonly screen: CustomEvent<ScreenName>;
  /** The session has expired: let the user sign in, and then call `retry()`. */
  readonly unauthorized: CustomEvent<null>;
}

/** Writes seconds as "0:59". */
const clockFace = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Phone numbers, calling codes and addresses in a sentence. */
const CONTACTS = /\+\d(?:[\d •]*[\d•])?|[^\s\u202C]+@[\w.-]*\w/g;

/** Attempts are counted aloud when so few are left. */
const FEW_ATTEMPTS = 3;

/**
 * `<verify-contact>`: the finished screen of a flow.
 *
 * Give it `gateway="/verification"`, or an {@link VerifyContact.api}, or a {@link VerifyContact.flow}. The flow starts
 * while the element is in the page, and is suspended when it is taken out.
 */
export class VerifyContact extends Base {
  static readonly observedAttributes = ["gateway"];

  #texts: ElementTexts = english;
  #api: SessionApi | null = null;
  #flow: Verification | null = null;
  #form: Form | null = null;
  #failure: ApiFailure | null = null;
  #shown: ScreenName | null = null;
  /** The failure that was reported last. */
  #told: ShownFailure | null = null;
  #isGiven = false;
  #isOpening = false;
  #stop = () => {};
  readonly #parts = new Map<string, HTMLElement>();

  /** Loads what reads phone numbers, when the flow needs one. Without it numbers need their country code. */
  loadPhoneParser: FormOptions["loadPhoneParser"];
  /** Reads the code out of the text message: `readSmsCode` of `@veristep/browser`. */
  readSmsCode: FormOptions["readSmsCode"];
  /** The flow's clock. @defaultValue the system's */
  clock: Clock | undefined;

  /** The texts, in one language. @defaultValue `english` */
  get texts(): ElementTexts {
    return this.#texts;
  }

  set texts(texts: ElementTexts) {
    this.#texts = texts;
    this.#draw();
  }

  /** The API that knows which user to verify: the element makes the flow. */
  get api(): SessionApi | null {
    return this.#api;
  }

  set api(api: SessionApi | null) {
    if (api === this.#api) return;
    this.#api = api;
    this.#isGiven = false;
    this.#restart();
  }

  /** The flow to show, if you make it yourself. */
  get flow(): Verification | null {
    return this.#flow;
  }

  set flow(flow: Verification | null) {
    if (flow === this.#flow) return;
    this.#stop();
    this.#isGiven = flow !== null;
    this.#flow = flow;
    if (this.isConnected && flow !== null) this.#show(flow);
  }

  attributeChangedCallback(): void {
    const url = this.getAttribute("gateway");
    this.api = url === null ? null : gatewayApi({ url });
  }

  connectedCallback(): void {
    this.#build();
    // Moved in the page, it continues as it is: a flow that was suspended can't be started again.
    if (this.#form !== null) return;
    if (this.#isGiven && this.#flow !== null) this.#show(this.#flow);
    else void this.#open();
  }

  disconnectedCallback(): void {
    // A move in the page takes it out and puts it back in one go.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  /** Tries again what has failed: after the user has signed in again, say. */
  retry(): void {
    if (this.#form === null) void this.#open();
    else this.#form.retry();
  }

  /** Makes a new flow; only where the element makes its flows. */
  #restart(): void {
    this.#stop();
    if (this.isConnected) void this.#open();
  }

  async #open(): Promise<void> {
    const api = this.#api;
    if (api === null || this.#isOpening) return;
    this.#isOpening = true;
    this.#failure = null;
    this.#draw();
    const opened = await openFlow(api, this.clock);
    this.#isOpening = false;
    // Meanwhile it may have got another API, or have left the page.
    if (api !== this.#api || !this.isConnected) return;
    opened.match(
      (flow) => {
        this.#flow = flow;
        this.#show(flow);
      },
      (failure) => {
        this.#failure = failure;
        this.#draw();
        if (failure.kind === "unauthorized") this.#tell("unauthorized", null);
      },
    );
  }

  #show(flow: Verification): void {
    this.#build();
    const form = createForm(flow, () => ({
      clock: this.clock,
      loadPhoneParser: this.loadPhoneParser,
      readSmsCode: this.readSmsCode,
    }));
    this.#form = form;
    const clock = this.clock ?? systemClock;
    const time = (name: string, deadline: (view: VerificationView) => EpochMs | null, write: string) => {
      const seconds = secondsUntil(form, deadline, clock);
      const show = () => {
        const left = seconds.getSnapshot();
        this.#write(name, left > 0 ? write.replace("0", clockFace(left)) : "");
      };
      show();
      return seconds.subscribe(show);
    };
    const stops = [
      form.subscribe(() => this.#draw()),
      form.attach(),
      keepFocus(this.#part("section"), "input", "h2"),
      time("resend bdi", ({ resend }) => resend?.availableAt ?? null, "(0)"),
      time("primary bdi", ({ phoneEntry }) => phoneEntry?.availableAt ?? null, "(0)"),
      time("banner bdi", ({ nextAttemptAt }) => nextAttemptAt, "0"),
      time("countdown bdi", ({ lock }) => lock?.until ?? null, "0"),
    ];
    flow.start();
    this.#draw();
    this.#stop = () => {
      this.#stop = () => {};
      for (const stop of stops) stop();
      this.#form = null;
      this.#flow = null;
      this.#shown = null;
      flow.suspend();
    };
  }

  /** Finds an element by the name of its part, or that of its tag. */
  #part(name: string): HTMLElement {
    const known = this.#parts.get(name);
    if (known !== undefined) return known;
    const [first = "", inner = ""] = name.split(" ");
    // The template has every part.
    const found = this.shadowRoot?.querySelector(`:is(${first},[part~="${first}"]) ${inner}`) as HTMLElement;
    this.#parts.set(name, found);
    return found;
  }

  #write(name: string, text: string | null): void {
    const element = this.#part(name);
    // A screen reader may speak a text again that is only written again.
    if (element.textContent !== (text ?? "")) element.textContent = text;
  }

  #build(): void {
    if (this.shadowRoot !== null) return;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    root.innerHTML = template;
    this.#part("back").addEventListener("click", () => this.#form?.goBack());
    this.#part("start-over").addEventListener("click", () => this.#restart());
    this.#part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#form === null) void this.#open();
    });
    this.#draw();
  }

  #tell<Name extends keyof VerifyContactEvents>(
    name: Name,
    detail: VerifyContactEvents[Name]["detail"],
  ): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #hide(name: string, isHidden: boolean): void {
    this.#part(name).hidden = isHidden;
  }

  #draw(): void {
    if (this.shadowRoot === null) return;
    const snapshot = this.#form?.getSnapshot() ?? null;
    const name: ScreenName = snapshot === null ? openingScreen(this.#failure) : screenOf(snapshot);
    const { titles } = this.#texts;
    this.#write("title", titles[name]);
    if (snapshot === null || this.#form === null) this.#drawOpening();
    else this.#drawFlow(this.#form, snapshot, name);
    const failure = snapshot?.view.failure ?? null;
    const isNew = failure !== this.#told;
    this.#told = failure;
    if (isNew && failure?.kind === "unauthorized") this.#tell("unauthorized", null);
    if (name === this.#shown) return;
    const isFirst = this.#shown === null;
    this.#shown = name;
    this.setAttribute("screen", name);
    // The same elements serve each screen. The focus is taken from nowhere else (B61).
    if (!isFirst && this.shadowRoot.activeElement !== null)
      (this.#part("field").hidden ? this.#part("title") : this.#part("input")).focus();
    this.#tell("screen", name);
    const view = snapshot?.view;
    if (name === "verified" && view) this.#tell("verified", view.evidence);
    if (name === "failed" && view) this.#tell("failed", view.failedBecause);
  }

  /** Before there is a flow: the session is being read, or couldn't be. */
  #drawOpening(): void {
    const { messages, actions } = this.#texts;
    const failure = this.#failure;
    const text = failure === null ? null : formatMessage(messages, messageKeyOf(failure));
    const checking = formatMessage(messages, "checking");
    this.#writeInstruction(text === null ? checking : "");
    for (const name of ["done", "countdown", "field", "actions", "support", "next", "start-over"])
      this.#hide(name, true);
    this.#drawBanner(text);
    spread(this.#part("primary"), { type: "submit", "aria-disabled": false });
    this.#write("primary span", actions.retry);
    this.#hide("form", text === null);
    this.#write("status", text ?? checking);
  }

  #writeInstruction(text: string): void {
    this.#write("instruction", text);
    this.#hide("instruction", text === "");
  }

  #drawBanner(text: string | null): void {
    this.#write("banner p", text);
    this.#hide("banner", text === null);
  }

  /** Keeps a number or an address in one line, and in its order within a sentence that is written from right to left. */
  #isolate(text: string): string {
    return text.replaceAll(CONTACTS, (contact) => `\u2066${contact.replaceAll(" ", "\u00A0")}\u2069`);
  }

  #drawFlow(form: Form, snapshot: FormSnapshot, name: ScreenName): void {
    const texts = this.#texts;
    const { view, action } = snapshot;
    const { code, evidence } = view;
    const shown = connect(form, { messages: texts.messages, id: "verify-" }, snapshot);
    const isLocked = view.lock !== null;
    const isPhone = view.step === "phoneEntry";
    const hasField = (code !== null && !isLocked) || isPhone;

    const isDone = evidence.email !== null && view.channel === "phone";
    this.#hide("done", !isDone);
    this.#write("done span", isDone ? formatMessage(texts.messages, "emailVerified") : null);
    const instruction = isLocked ? texts.whileLocked : shown.instruction;
    this.#writeInstruction(name === "offline" || name === "trouble" ? "" : this.#isolate(instruction));
    spread(this.#part("instruction"), shown.getInstructionProps());
    this.#drawBanner(isLocked || shown.banner === null ? null : this.#isolate(shown.banner.text));
    this.#hide("countdown", !isLocked);
    this.#write("countdown span", isLocked ? texts.opensIn : null);

    spread(this.#part("form"), shown.getFormProps());
    this.#hide("field", !hasField);
    const input = this.#part("input");
    const kind = isPhone ? "phone" : "code";
    input.dataset["kind"] = kind;
    spread(input, isPhone ? shown.getPhoneInputProps() : shown.getCodeInputProps());
    spread(this.#part("label"), isPhone ? shown.getPhoneLabelProps() : shown.getCodeLabelProps());
    this.#write("label", texts[kind]);
    spread(this.#part("error"), shown.getErrorProps());
    this.#hide("error", shown.error === null);
    this.#write("error strong", shown.error === null ? null : `${texts.error}:`);
    this.#write("error span", this.#isolate(shown.error ?? ""));
    const left = code?.attemptsLeft ?? 0;
    const isFew = shown.error !== null && !isPhone && left > 0 && left <= FEW_ATTEMPTS;
    this.#hide("hint", !isFew);
    this.#write("hint", isFew ? this.#attempts(left) : null);

    spread(this.#part("primary"), shown.getSubmitButtonProps());
    this.#part("primary").toggleAttribute("data-working", snapshot.isWorking);
    this.#hide("primary", action !== "retry" && !hasField);
    this.#write("primary span", texts.actions[action ?? kind]);
    this.#hide("form", !hasField && action !== "retry" && !view.canChangePhone);

    spread(this.#part("resend"), shown.getResendButtonProps());
    this.#hide("resend", view.resend === null || isLocked);
    this.#write("resend span", texts.resend);
    spread(this.#part("edit"), shown.getChangePhoneButtonProps());
    this.#hide("edit", !view.canChangePhone);
    this.#write("edit", texts.edit);
    this.#hide("back", !snapshot.canGoBack);
    this.#write("back", texts.back);
    this.#hide("actions", false);

    this.#hide("support", !isLocked && name !== "failed");
    this.#hide("next", name !== "verified");
    this.#hide("start-over", name !== "failed" || this.#isGiven || view.failedBecause?.kind === "userState");
    this.#write("start-over", texts.startOver);

    this.#write("status", shown.status);
  }

  #attempts(left: number): string {
    const { attemptsLeft, messages } = this.#texts;
    const form = attemptsLeft[new Intl.PluralRules(messages.locale).select(left)] ?? attemptsLeft.other;
    return form.replace("{n}", String(left));
  }
}

/**
 * Makes `<verify-contact>` known to the page. A second call changes nothing.
 *
 * @param prepare sets an element up when it is put into a page for the first time.
 */
export function defineVerifyContact(prepare: (element: VerifyContact) => void = () => {}): void {
  if (customElements.get("verify-contact")) return;
  const Prepared = class extends VerifyContact {
    override connectedCallback(): void {
      if (this.shadowRoot === null) prepare(this);
      super.connectedCallback();
    }
  };
  customElements.define("verify-contact", Prepared);
}

declare global {
  interface HTMLElementTagNameMap {
    "verify-contact": VerifyContact;
  }
}
