export type { UseVerificationOptions, VerificationCommands } from "./flow.js";
export type { PhoneReader } from "./form/form.js";
export {
  useVerificationContext,
  useVerificationView,
  VerificationProvider,
  type VerificationProviderProps,
} from "./provider.js";
export type { SmsReader } from "./form/sms-code.js";
export { useCountdown } from "./use-countdown.js";
export {
  useVerification,
  type CodeInputProps,
  type FormProps,
  type LabelProps,
  type PhoneInputProps,
  type ResendButtonProps,
  type StatusProps,
  type TextChange,
  type UseVerification,
} from "./use-verification.js";
