import type { UseVerificationOptions } from "@veristep/form/flow";

/** A screen in the page. */
export interface MountedScreen {
  /** Renders it with other options, as its parent does. */
  readonly update: (options: UseVerificationOptions) => void;
  readonly unmount: () => void;
}

/**
 * A framework's way to draw the one screen of the tests, with its binding's getters:
 *
 * - a form, whose focus `keepFocus(form, "input", "button")` keeps, with the status, the instruction and the error;
 * - at a code: the label "Code", its input, and a button "Resend" with an `aria-hidden` element for the seconds left;
 * - at the number: the label "Phone" and its input;
 * - a button "Change" while the number can be changed, and the button "Continue".
 */
export interface Binding {
  readonly name: string;
  /** Draws the screen into an element. A framework with a strict mode is in it. */
  readonly mount: (place: HTMLElement, options: UseVerificationOptions) => MountedScreen;
}
