export type { UseVerificationOptions, VerificationCommands } from "./flow.js";
export type { PhoneParser, SmsReader } from "@veristep/browser";
export {
  useVerificationContext,
  useVerificationView,
  VerificationProvider,
  type VerificationProviderProps,
} from "./provider.js";
export { useCountdown } from "./use-countdown.js";
export {
  useVerification,
  type CodeInputProps,
  type FormProps,
  type LabelProps,
  type PhoneInputProps,
  type ResendButtonProps,
  type StatusProps,
  type SubmitButtonProps,
  type TextChange,
  type UseVerification,
} from "./use-verification.js";
