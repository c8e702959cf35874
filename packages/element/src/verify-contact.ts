import {
  systemClock,
  type ApiFailure,
  type Clock,
  type EpochMs,
  type ShownFailure,
  type Verification,
  type VerificationView,
} from "@veristep/core";
import { createForm, keepFocus, secondsUntil, type Form, type FormOptions } from "@veristep/form";
import { gatewayApi } from "@veristep/gateway/client";
import { drawFlow, drawOpening } from "./draw.js";
import { english } from "./english.js";
import { partsOf } from "./parts.js";
import { openingScreen, screenOf } from "./screen.js";
import { openFlow, type SessionApi } from "./source.js";
import { fillWithTemplate } from "./template.js";
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

let prepareElement: (element: VerifyContact) => void;

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
  #told: ApiFailure | ShownFailure | null = null;
  #isGiven = false;
  #isPrepared = false;
  /** The API whose session is being read. */
  #opening: SessionApi | null = null;
  #stop = () => {};
  readonly #parts = partsOf(fillWithTemplate(this.attachShadow({ mode: "open" })));

  /** Loads the parser of phone numbers when the flow needs one. Without it, numbers need their country code. */
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

  constructor() {
    super();
    const { part } = this.#parts;
    part("back").addEventListener("click", () => this.#form?.goBack());
    part("start-over").addEventListener("click", () => this.#restart());
    part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#form === null) void this.#open();
    });
  }

  connectedCallback(): void {
    if (!this.#isPrepared) prepareElement(this);
    this.#isPrepared = true;
    this.#draw();
    // Moved in the page, it continues as it is: a flow that was suspended can't be started again.
    if (this.#form !== null) return;
    if (this.#isGiven && this.#flow !== null) this.#show(this.#flow);
    else void this.#open();
  }

  disconnectedCallback(): void {
    // A move in the page removes and inserts the element at once.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  /** Repeats the failed request, for example after the user has signed in again. */
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
    if (api === this.#opening || api === null) return;
    this.#opening = api;
    this.#failure = null;
    this.#draw();
    const opened = await openFlow(api, this.clock);
    // By now it may have another API, which is being opened.
    if (api !== this.#opening) return;
    this.#opening = null;
    if (api !== this.#api || !this.isConnected) return;
    opened.match(
      (flow) => {
        this.#flow = flow;
        this.#show(flow);
      },
      (failure) => {
        this.#failure = failure;
        this.#draw();
      },
    );
  }

  #show(flow: Verification): void {
    const { part, write } = this.#parts;
    const form = createForm(flow, () => ({
      clock: this.clock,
      loadPhoneParser: this.loadPhoneParser,
      readSmsCode: this.readSmsCode,
    }));
    this.#form = form;
    const clock = this.clock ?? systemClock;
    const time = (name: string, deadline: (view: VerificationView) => EpochMs | null, text: string) => {
      const seconds = secondsUntil(form, deadline, clock);
      const show = () => {
        const left = seconds.getSnapshot();
        write(name, left > 0 ? text.replace("0", clockFace(left)) : "");
      };
      show();
      return seconds.subscribe(show);
    };
    const stops = [
      form.subscribe(() => this.#draw()),
      form.attach(),
      keepFocus(part("section"), "input", "h2"),
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

  #tell<Name extends keyof VerifyContactEvents>(
    name: Name,
    detail: VerifyContactEvents[Name]["detail"],
  ): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #draw(): void {
    if (!this.isConnected) return;
    const parts = this.#parts;
    // Read before drawing: a hidden element has lost the focus.
    const hasFocus = this.shadowRoot?.activeElement;
    const snapshot = this.#form?.getSnapshot() ?? null;
    const name: ScreenName = snapshot === null ? openingScreen(this.#failure) : screenOf(snapshot);
    const texts = this.#texts;
    parts.write("title", texts.titles[name]);
    if (snapshot === null || this.#form === null) drawOpening(parts, texts, this.#failure);
    else drawFlow(parts, texts, this.#form, snapshot, name, !this.#isGiven);
    const failure = snapshot === null ? this.#failure : snapshot.view.failure;
    const isNew = failure !== this.#told;
    this.#told = failure;
    if (isNew && failure?.kind === "unauthorized") this.#tell("unauthorized", null);
    if (name === this.#shown) return;
    this.#shown = name;
    this.setAttribute("screen", name);
    // The same elements serve each screen. The focus is taken from nowhere else (B61).
    if (hasFocus) parts.part(parts.part("field").hidden ? "title" : "input").focus();
    this.#tell("screen", name);
    if (snapshot === null) return;
    const { evidence, failedBecause } = snapshot.view;
    if (name === "verified") this.#tell(name, evidence);
    if (name === "failed") this.#tell(name, failedBecause);
  }
}

/**
 * Makes `<verify-contact>` known to the page. A second call changes nothing.
 *
 * @param prepare sets an element up when it is put into a page for the first time.
 */
export function defineVerifyContact(prepare: (element: VerifyContact) => void = () => {}): void {
  if (customElements.get("verify-contact")) return;
  prepareElement = prepare;
  customElements.define("verify-contact", VerifyContact);
}

declare global {
  interface HTMLElementTagNameMap {
    "verify-contact": VerifyContact;
  }
}
