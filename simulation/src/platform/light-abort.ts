type Listener = () => void;

/** One reason for all: making a DOMException costs more than the rest of an abort. */
const aborted = new DOMException("This operation was aborted", "AbortError");

/** The part of `AbortSignal` that flows, adapter and sandbox use. */
export class LightAbortSignal {
  aborted = false;
  reason: unknown = undefined;
  #listeners: Listener[] = [];

  static abort(reason: unknown = aborted): LightAbortSignal {
    const signal = new LightAbortSignal();
    signal.end(reason);
    return signal;
  }

  addEventListener(_type: "abort", listener: Listener): void {
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: Listener): void {
    const at = this.#listeners.indexOf(listener);
    if (at !== -1) this.#listeners.splice(at, 1);
  }

  throwIfAborted(): void {
    // `throwIfAborted` throws whatever the signal was aborted with.
    // oxlint-disable-next-line typescript/only-throw-error
    if (this.aborted) throw this.reason;
  }

  /** For the controller: an abort happens once, so every listener is a `once`. */
  end(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }
}

/** The part of `AbortController` that is used. */
export class LightAbortController {
  readonly signal = new LightAbortSignal();

  abort(reason: unknown = aborted): void {
    this.signal.end(reason);
  }
}
