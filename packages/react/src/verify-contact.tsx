import type { Clock, Verification } from "@veristep/core";
import {
  defineVerifyContact,
  type ElementTexts,
  type SessionApi,
  type VerifyContact as VerifyContactElement,
  type VerifyContactEvents,
} from "@veristep/element";
import type { FormOptions } from "@veristep/form";
import { createElement, useEffect, useRef, type HTMLAttributes, type ReactNode } from "react";

/** The element's properties and events as props, and the attributes of any element. */
export interface VerifyContactProps
  extends HTMLAttributes<HTMLElement>, Pick<FormOptions, "loadPhoneParser" | "readSmsCode"> {
  /** The base path of your gateway. */
  readonly gateway?: string | undefined;
  /** Instead: an API that also knows which user to verify. */
  readonly api?: SessionApi | undefined;
  /** Instead: a flow. The element starts it, and suspends it when it is removed. */
  readonly flow?: Verification | undefined;
  /** @defaultValue `english` */
  readonly texts?: ElementTexts | undefined;
  readonly clock?: Clock | undefined;
  readonly onVerified?: ((evidence: VerifyContactEvents["verified"]["detail"]) => void) | undefined;
  readonly onFailed?: ((reason: VerifyContactEvents["failed"]["detail"]) => void) | undefined;
  /** Lets the user sign in, and then calls `retry` of the element. */
  readonly onUnauthorized?: ((element: VerifyContactElement) => void) | undefined;
  /** Elements for the slots: `<a slot="next">`. */
  readonly children?: ReactNode;
}

/** `<verify-contact>` of `@veristep/element` in React 18 and 19. */
export function VerifyContact({
  gateway,
  api,
  flow,
  texts,
  clock,
  loadPhoneParser,
  readSmsCode,
  onVerified,
  onFailed,
  onUnauthorized,
  children,
  ...attributes
}: VerifyContactProps): ReactNode {
  const place = useRef<VerifyContactElement>(null);
  const newest = useRef({ onVerified, onFailed, onUnauthorized });
  useEffect(() => {
    newest.current = { onVerified, onFailed, onUnauthorized };
  });
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    defineVerifyContact();
    const listeners = {
      verified: ({ detail }: VerifyContactEvents["verified"]) => newest.current.onVerified?.(detail),
      failed: ({ detail }: VerifyContactEvents["failed"]) => newest.current.onFailed?.(detail),
      unauthorized: () => newest.current.onUnauthorized?.(element),
    };
    const entries = Object.entries(listeners);
    // Each listener takes the event of its name.
    for (const [name, listener] of entries) element.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of entries) element.removeEventListener(name, listener as EventListener);
    };
  }, []);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    element.clock = clock;
    element.loadPhoneParser = loadPhoneParser;
    element.readSmsCode = readSmsCode;
    if (texts !== undefined) element.texts = texts;
    if (api !== undefined) element.api = api;
    if (flow !== undefined) element.flow = flow;
  }, [api, flow, texts, clock, loadPhoneParser, readSmsCode]);
  return createElement("verify-contact", { ref: place, gateway, ...attributes }, children);
}
