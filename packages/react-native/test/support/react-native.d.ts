/*
 * The part of React Native that the tests use; react-native-web takes its place. The real types take 100 MB to install;
 * `npm run matrix -- --only react-native` checks the screen with them.
 */
declare module "react-native" {
  import type { ComponentType } from "react";

  export const AccessibilityInfo: { announceForAccessibility(text: string): void };
  export const AppState: {
    addEventListener(type: "change", listener: (state: string) => void): { remove(): void };
  };
  export const Platform: { readonly OS: string };
  export const Pressable: ComponentType<object>;
  export const Text: ComponentType<object>;
  export const TextInput: ComponentType<object>;
  export const View: ComponentType<object>;
}
