import { english } from "@veristep/core";
import { useVerification, wakeOn, type UseVerificationOptions } from "@veristep/react-native";
import { useEffect } from "react";
import { AccessibilityInfo, AppState, Platform, Pressable, Text, TextInput, View } from "react-native";

type Props = Pick<UseVerificationOptions, "api" | "user" | "policy" | "store">;

export function VerifyContacts(props: Props) {
  const { view, commands, action, banner, ...get } = useVerification({ ...props, messages: english });
  useEffect(() => wakeOn(commands, AppState), [commands]);
  const status = get.getStatusProps();
  // iOS has no live regions.
  useEffect(() => {
    if (Platform.OS === "ios") AccessibilityInfo.announceForAccessibility(status.children);
  }, [status.children]);
  return (
    <View>
      <Text {...status} />
      {banner !== null && <Text>{banner.text}</Text>}
      {view.code !== null && (
        <>
          <TextInput aria-label="Code" {...get.getCodeInputProps()} />
          <Pressable {...get.getResendButtonProps()}>
            <Text>Resend code</Text>
          </Pressable>
        </>
      )}
      {view.phoneEntry !== null && <TextInput aria-label="Phone number" {...get.getPhoneInputProps()} />}
      <Text {...get.getErrorProps()} />
      {action !== null && (
        <Pressable {...get.getSubmitButtonProps()}>
          <Text>{action === "retry" ? "Try again" : "Continue"}</Text>
        </Pressable>
      )}
    </View>
  );
}
