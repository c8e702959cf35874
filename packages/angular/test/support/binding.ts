import {
  type ApplicationRef,
  Component,
  createComponent,
  ElementRef,
  inject,
  provideZonelessChangeDetection,
  signal,
} from "@angular/core";
import { createApplication } from "@angular/platform-browser";
import { injectCountdown, injectVerification, type UseVerificationOptions } from "@veristep/angular";
import type { Binding } from "@veristep/binding-tests";
import { keepFocus } from "@veristep/form";
import { systemClock } from "@veristep/core";

const template = `
  <form data-verify="Form">
    <p data-verify="Status">{{ screen().status }}</p>
    <p data-verify="Instruction">{{ screen().instruction }}</p>
    @if (screen().view.code) {
      <label data-verify="CodeLabel">Code</label>
      <input data-verify="CodeInput" />
      <button data-verify="ResendButton">Resend<span aria-hidden="true"> in {{ seconds() }} s</span></button>
    }
    @if (screen().view.phoneEntry) {
      <label data-verify="PhoneLabel">Phone</label>
      <input data-verify="PhoneInput" />
    }
    <p data-verify="Error">{{ screen().error }}</p>
    @if (screen().view.canChangePhone) {
      <button data-verify="ChangePhoneButton">Change</button>
    }
    <button data-verify="SubmitButton">Continue</button>
  </form>`;

/** Angular warns of two components with one selector. */
let screens = 0;

export const angularBinding: Binding = {
  name: "Angular",
  mount: (place, options) => {
    screens += 1;
    const selector = `test-screen-${screens}`;
    const given = signal<UseVerificationOptions>(options);
    // Decorated by hand: the compiler of Angular runs in the page.
    const Screen = Component({ selector, template })(
      class {
        readonly screen = injectVerification(given);
        readonly seconds = injectCountdown(
          () => this.screen().view.resend?.availableAt,
          () => given().clock ?? systemClock,
        );
        readonly stop = keepFocus(inject<ElementRef<Element>>(ElementRef).nativeElement, "input", "button");
        ngOnDestroy() {
          this.stop();
        }
      },
    );
    let app: ApplicationRef | null = null;
    let isUnmounted = false;
    const start = async () => {
      app = await createApplication({ providers: [provideZonelessChangeDetection()] });
      if (isUnmounted) {
        app.destroy();
        return;
      }
      const hostElement = place.appendChild(document.createElement(selector));
      app.attachView(createComponent(Screen, { environmentInjector: app.injector, hostElement }).hostView);
    };
    start().catch(reportError);
    return {
      update: (next) => {
        given.set(next);
      },
      unmount: () => {
        isUnmounted = true;
        app?.destroy();
      },
    };
  },
};
