export {
  connect,
  type ButtonProps,
  type CodeInputProps,
  type ConnectedForm,
  type ConnectOptions,
  type FieldProps,
  type PhoneInputProps,
  type TextChange,
} from "./connect.js";
export type { CodeInput, CodeInputEvent } from "./code-field.js";
export { createCountdown, secondsUntil, type Countdown } from "./countdown.js";
export { createForm, type Form, type FormOptions } from "./form.js";
export { keepFocus } from "./keep-focus.js";
export type { PhoneParser } from "./phone-parser.js";
export { shallowEqual } from "./shallow-equal.js";
export type { FormSnapshot, Refusal, Typed } from "./shown.js";
export type { SmsReader } from "./sms-code.js";
export { spread } from "./spread.js";
export type { Store } from "./store.js";
export { textsOf, type FormTexts } from "./texts.js";
