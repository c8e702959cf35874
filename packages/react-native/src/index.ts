export { useCountdown, useVerificationView, VerificationProvider } from "@veristep/react";
export type { PhoneParser, UseVerificationOptions, VerificationProviderProps } from "@veristep/react";
export { asyncStorageStore } from "./async-storage-store.js";
export type { CodeInputProps, InputProps, NativeVerification, PressableProps } from "./native-props.js";
export { useVerification, useVerificationContext } from "./use-verification.js";
export { wakeOn, type AppStates } from "./wake-on.js";
