import type { readSmsCode, wakeOn } from "@veristep/browser";
import { english, type MessageCatalogue, type VerificationApi, type VerificationView } from "@veristep/core";
import { createFakeApi } from "@veristep/core/testing";
import type { OTPInputProps } from "input-otp";
import type { ComponentProps } from "react";
import { describe, expectTypeOf, test } from "vitest";
import {
  useCountdown,
  useVerification,
  useVerificationContext,
  useVerificationView,
  VerificationProvider,
  type PhoneParser,
  type SmsReader,
  type UseVerification,
  type UseVerificationOptions,
} from "@veristep/react";

/*
 * Checks what the types accept and refuse. `tsc` checks this file; at run time it does next to nothing. Each
 * `@ts-expect-error` fails the compilation when the types begin to accept the line below it.
 */

const { api } = createFakeApi();
const user = { id: 7, email: "person@example.com" };
const options = { api, user, messages: english };
const reader = (input: string) => input;

/** Hooks are looked at, not called. */
const looked = (...hooks: ReadonlyArray<() => unknown>) => {
  void hooks;
};

describe("options", () => {
  test("B62: a screen without a message catalogue could say nothing", () => {
    expectTypeOf<UseVerificationOptions["messages"]>().toEqualTypeOf<MessageCatalogue>();
    // @ts-expect-error messages are missing
    looked(() => useVerification({ api, user }));
    // @ts-expect-error nor can a provider do without
    looked(() => VerificationProvider({ api, user }));
  });

  test("B27: requires an API and a user, and refuses a misspelled option", () => {
    expectTypeOf<UseVerificationOptions["api"]>().toEqualTypeOf<VerificationApi>();
    // @ts-expect-error api is missing
    looked(() => useVerification({ user, messages: english }));
    // @ts-expect-error an id is a string or a number
    looked(() => useVerification({ ...options, user: { id: null } }));
    // @ts-expect-error there is no such option
    looked(() => useVerification({ ...options, readSMSCode: () => Promise.resolve(null) }));
    // @ts-expect-error nor such a policy
    looked(() => useVerification({ ...options, policy: { cooldown: 1 } }));
  });

  test("B29: numbers are read at once, or by what is loaded; not both", () => {
    expectTypeOf<typeof reader>().toExtend<PhoneParser>();
    looked(() => useVerification({ ...options, parsePhone: reader }));
    looked(() => useVerification({ ...options, loadPhoneParser: () => Promise.resolve(reader) }));
    looked(() =>
      // @ts-expect-error one of the two would never be asked
      useVerification({
        ...options,
        parsePhone: reader,
        loadPhoneParser: () => Promise.resolve(reader),
      }),
    );
    // @ts-expect-error the loader gives a promise
    looked(() => useVerification({ ...options, loadPhoneParser: () => reader }));
  });

  test("`readSmsCode` and `wakeOn` of @veristep/browser fit", () => {
    expectTypeOf<typeof readSmsCode>().toExtend<SmsReader>();
    expectTypeOf<UseVerification["commands"]>().toExtend<Parameters<typeof wakeOn>[0]>();
    // @ts-expect-error a code is text: leading zeros count
    looked(() => useVerification({ ...options, readSmsCode: () => Promise.resolve(123456) }));
  });
});

describe("what the hooks give", () => {
  test("a code, a number and a resend are there at their steps only, so they are looked for first", () => {
    expectTypeOf<Extract<VerificationView["code" | "phoneEntry" | "resend"], null>>().toBeNull();
    looked(() => {
      const { view } = useVerification(options);
      // @ts-expect-error null at the other steps
      return view.code.length;
    });
  });

  test("commands take text, and can be put on a button", () => {
    type Commands = UseVerification["commands"];
    expectTypeOf<Commands["retry"]>().toExtend<NonNullable<ComponentProps<"button">["onClick"]>>();
    // @ts-expect-error a code is text: leading zeros count
    looked(() => useVerification(options).commands.submitCode(123456));
    // @ts-expect-error the flow is started and stopped by React
    looked(() => useVerification(options).commands.suspend());
  });

  test("props fit the elements that they are for, and input-otp", () => {
    type Props<Name extends keyof UseVerification> = UseVerification[Name] extends () => infer P ? P : never;
    expectTypeOf<Props<"getCodeInputProps">>().toExtend<ComponentProps<"input">>();
    expectTypeOf<Props<"getPhoneInputProps">>().toExtend<ComponentProps<"input">>();
    expectTypeOf<Props<"getCodeLabelProps">>().toExtend<ComponentProps<"label">>();
    expectTypeOf<Props<"getPhoneLabelProps">>().toExtend<ComponentProps<"label">>();
    expectTypeOf<Props<"getResendButtonProps">>().toExtend<ComponentProps<"button">>();
    expectTypeOf<Props<"getStatusProps">>().toExtend<ComponentProps<"p">>();
    expectTypeOf<Props<"getFormProps">>().toExtend<ComponentProps<"form">>();
    expectTypeOf<Props<"getCodeInputProps">>().toExtend<
      Partial<Pick<OTPInputProps, "value" | "onChange" | "id">>
    >();
  });

  test("a selection has the type of what is selected", () => {
    looked(() => {
      expectTypeOf(useVerificationView((view) => view.code)).toEqualTypeOf<VerificationView["code"]>();
    });
    // @ts-expect-error what is to be selected is not said
    looked(() => useVerificationView());
    // @ts-expect-error a view has no such part
    looked(() => useVerificationView((view) => view.codes));
    // @ts-expect-error it takes no options: the provider has them
    looked(() => useVerificationContext(options));
  });

  test("a countdown counts to a time in epoch ms", () => {
    expectTypeOf(useCountdown).parameter(0).toEqualTypeOf<number | null>();
    // @ts-expect-error not a Date
    looked(() => useCountdown(new Date()));
  });

  test("options have a name, for an app's own hook around this one", () => {
    expectTypeOf(options).toExtend<UseVerificationOptions>();
  });
});
