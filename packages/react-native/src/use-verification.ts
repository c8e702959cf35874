import {
  useVerification as useWebVerification,
  useVerificationContext as useWebContext,
  type UseVerificationOptions,
} from "@veristep/react";
import { nativeProps, type NativeVerification } from "./native-props.js";

/**
 * Runs one verification for as long as the component is mounted, as `useVerification` of `@veristep/react` does, and
 * returns props for `TextInput`, `Pressable` and `Text`.
 *
 * @throws while rendering, when an option of the first render is invalid, or another option than `user` later.
 */
export const useVerification = (options: UseVerificationOptions): NativeVerification =>
  nativeProps(useWebVerification(options));

/** Gives the same for the `VerificationProvider` above: the component renders with each change of the view. */
export const useVerificationContext = (): NativeVerification => nativeProps(useWebContext());
