export type { PhoneParser, SmsReader, TextChange } from "@veristep/form";
export type { UseVerificationOptions, VerificationCommands } from "@veristep/form/flow";
export {
  useVerificationContext,
  useVerificationView,
  VerificationProvider,
  type VerificationProviderProps,
} from "./provider.js";
export { useCountdown } from "./use-countdown.js";
export {
  useVerification,
  type ButtonProps,
  type CodeInputProps,
  type FormProps,
  type LabelProps,
  type PhoneInputProps,
  type StatusProps,
  type SubmitButtonProps,
  type TextProps,
  type UseVerification,
} from "./use-verification.js";
