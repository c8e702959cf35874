import {
  describeRefusal,
  describeView,
  english,
  type Taken,
  type Verification,
  type VerificationView,
} from "@veristep/core";

const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`No element ${id}`);
  return element;
};

const input = (id: string): HTMLInputElement => {
  const element = byId(id);
  if (!(element instanceof HTMLInputElement)) throw new Error(`No input ${id}`);
  return element;
};

const button = (id: string): HTMLButtonElement => {
  const element = byId(id);
  if (!(element instanceof HTMLButtonElement)) throw new Error(`No button ${id}`);
  return element;
};

/** Writes only new texts into a live region: some screen readers repeat a text that is set again. */
const say = (element: HTMLElement, text: string) => {
  if (element.textContent !== text) element.textContent = text;
};

/** Shows a flow in the elements of `index.html`. Whatever `view()` says is all that it knows. */
export function showFlow(flow: Verification): void {
  const [status, problem, reference] = [byId("status"), byId("problem"), byId("reference")];
  const [code, phone] = [input("code"), input("phone")];
  const [resend, retry, change] = [button("resend"), button("retry"), button("change")];
  const countdown = byId("countdown");
  let typedFor = "";

  const showTime = () => {
    const { resend, phoneEntry, lock } = flow.view();
    const until = lock?.until ?? resend?.availableAt ?? phoneEntry?.availableAt ?? null;
    countdown.hidden = until === null;
    if (until !== null) countdown.textContent = `${Math.max(0, Math.ceil((until - Date.now()) / 1000))} s`;
  };

  const show = (view: VerificationView) => {
    say(status, describeView(view, english));
    say(reference, view.failure?.traceId ? `Reference for support: ${view.failure.traceId}` : "");
    byId("code-form").hidden = view.code === null;
    byId("phone-form").hidden = view.step !== "phoneEntry";
    code.setAttribute("aria-invalid", String(view.failure?.about === "code"));
    // The typed digits belong to a code that no longer works (B9).
    const typesFor = `${view.channel}/${view.code?.generation}`;
    if (typesFor !== typedFor) code.value = "";
    typedFor = typesFor;
    button("confirm").disabled = view.code?.canSubmit !== true;
    button("send").disabled = view.phoneEntry?.canSubmit !== true;
    resend.hidden = view.resend === null;
    resend.disabled = view.resend?.allowed !== true;
    retry.hidden = !view.canRetry;
    change.hidden = !view.canChangePhone;
    showTime();
  };

  const tell = (taken: Taken) => {
    say(problem, taken.isErr() ? describeRefusal(taken.error, english) : "");
  };

  byId("code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    tell(flow.submitCode(code.value));
  });
  byId("phone-form").addEventListener("submit", (event) => {
    event.preventDefault();
    tell(flow.submitPhone(phone.value));
  });
  resend.addEventListener("click", () => {
    tell(flow.resend());
  });
  retry.addEventListener("click", () => {
    tell(flow.retry());
  });
  change.addEventListener("click", () => {
    tell(flow.changePhone());
  });
  flow.subscribe(show);
  setInterval(showTime, 1_000);
}
