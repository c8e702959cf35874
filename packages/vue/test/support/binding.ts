import type { Binding } from "@veristep/binding-tests";
import { keepFocus } from "@veristep/form";
import { useCountdown, useVerification, type UseVerificationOptions } from "@veristep/vue";
import {
  createApp,
  defineComponent,
  Fragment,
  h,
  onMounted,
  onUnmounted,
  shallowReactive,
  useTemplateRef,
} from "vue";

/** The screen of the tests: what a template compiles to, with its keys. */
export const Screen = defineComponent(
  ({ options }: { options: () => UseVerificationOptions }) => {
    const shown = useVerification(options);
    const left = useCountdown(() => shown.value.view.resend?.availableAt, options().clock);
    const form = useTemplateRef<Element>("form");
    let stop = () => {};
    onMounted(() => {
      stop = keepFocus(form.value, "input", "button");
    });
    onUnmounted(() => {
      stop();
    });
    return () => {
      const { view, status, instruction, error, ...get } = shown.value;
      return h("form", { ...get.getFormProps(), ref: "form" }, [
        h("p", get.getStatusProps(), status),
        h("p", get.getInstructionProps(), instruction),
        view.code &&
          h(Fragment, { key: "code" }, [
            h("label", get.getCodeLabelProps(), "Code"),
            h("input", get.getCodeInputProps()),
            h("button", get.getResendButtonProps(), [
              "Resend",
              h("span", { "aria-hidden": true }, ` in ${left.value} s`),
            ]),
          ]),
        view.phoneEntry &&
          h(Fragment, { key: "phone" }, [
            h("label", get.getPhoneLabelProps(), "Phone"),
            h("input", get.getPhoneInputProps()),
          ]),
        h("p", get.getErrorProps(), error ?? ""),
        view.canChangePhone && h("button", get.getChangePhoneButtonProps(), "Change"),
        h("button", get.getSubmitButtonProps(), "Continue"),
      ]);
    };
  },
  { props: ["options"] },
);

export const vueBinding: Binding = {
  name: "Vue",
  mount: (place, options) => {
    const state = shallowReactive({ options });
    const app = createApp(() => h(Screen, { options: () => state.options }));
    app.mount(place);
    return {
      update: (next) => {
        state.options = next;
      },
      unmount: () => {
        app.unmount();
      },
    };
  },
};
