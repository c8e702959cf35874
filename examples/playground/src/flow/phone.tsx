import { keepFocus } from "@veristep/form";
import { useVerificationContext, type UseVerification } from "@veristep/react";
import { defaultPolicy, type Channel, type VerificationView } from "@veristep/core";
import { useEffect, useRef, type ReactNode } from "react";
import { control } from "../service/service.js";
import { useSettings, useTexts, useWorld } from "../world.js";
import { DeviceTime, TimeLeft } from "./clock-texts.js";
import { Icon } from "./icon.js";

declare module "react" {
  interface CSSProperties {
    /** Digits of a code. */
    "--length"?: number;
  }
}

const channels: readonly Channel[] = ["email", "phone"];

function stepState(view: VerificationView, channel: Channel): "done" | "now" | "next" {
  if (view.evidence[channel] !== null) return "done";
  return view.channel === channel ? "now" : "next";
}

/** Shows which of the two contacts the user is verifying. */
function Steps({ view }: { readonly view: VerificationView }): ReactNode {
  const texts = useTexts();
  return (
    <ol className="steps">
      {channels.map((channel) => {
        const state = stepState(view, channel);
        return (
          <li key={channel} data-state={state} aria-current={state === "now" ? "step" : undefined}>
            <span className="step-mark">{state === "done" ? <Icon name="check" /> : null}</span>
            {texts.stepsDone[channel]}
          </li>
        );
      })}
    </ol>
  );
}

function CodeForm({ flow }: { readonly flow: UseVerification }): ReactNode {
  const texts = useTexts();
  const { view } = flow;
  const { code, resend, lock } = view;
  if (code === null || resend === null) return null;
  const wrongCodes = code.attemptsLeft < defaultPolicy.maxAttempts && lock === null;
  return (
    <form {...flow.getFormProps()}>
      <label {...flow.getCodeLabelProps()}>{texts.codeLabel}</label>
      <input {...flow.getCodeInputProps()} className="code" style={{ "--length": code.length }} data-focus />
      <p className="beside">
        {lock !== null && (
          <>
            <Icon name="lock" /> {texts.opensIn} <TimeLeft until={lock.until} />
          </>
        )}
        {wrongCodes && texts.attemptsLeft(code.attemptsLeft)}
      </p>
      {(code.canSubmit || !view.canRetry) && (
        <button type="submit" className="button main" aria-disabled={!code.canSubmit}>
          {texts.confirm}
        </button>
      )}
      <button {...flow.getResendButtonProps()} className="button quiet">
        {texts.resend}
        {resend.availableAt !== null && (
          <span aria-hidden>
            {` ${texts.inTime} `}
            <TimeLeft until={resend.availableAt} />
          </span>
        )}
      </button>
    </form>
  );
}

function NumberForm({ flow }: { readonly flow: UseVerification }): ReactNode {
  const texts = useTexts();
  const { phoneEntry } = flow.view;
  return (
    <form {...flow.getFormProps()}>
      <label {...flow.getPhoneLabelProps()}>{texts.phoneLabel}</label>
      <input {...flow.getPhoneInputProps()} className="number" placeholder="+359 88 123 4567" data-focus />
      <button
        type="submit"
        className="button main"
        aria-disabled={phoneEntry?.canSubmit !== true || flow.getSubmitButtonProps()["aria-disabled"]}
      >
        {texts.sendCode}
        {phoneEntry?.availableAt != null && (
          <span aria-hidden>
            {` ${texts.inTime} `}
            <TimeLeft until={phoneEntry.availableAt} />
          </span>
        )}
      </button>
    </form>
  );
}

function Proof({ view }: { readonly view: VerificationView }): ReactNode {
  const texts = useTexts();
  return (
    <ul className="proof">
      {channels.map((channel) => {
        const evidence = view.evidence[channel];
        if (evidence === null) return null;
        return (
          <li key={channel}>
            <Icon name={channel === "email" ? "mail" : "phone"} />
            <span>
              <strong>{evidence.contact ?? texts.stepsDone[channel]}</strong>
              <br />
              {texts.provenBy[evidence.by]}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function StepScreen({ flow }: { readonly flow: UseVerification }): ReactNode {
  const texts = useTexts();
  const { view } = flow;
  return (
    <div className="screen-step">
      {view.step === "verified" && <Icon name="done" className="sign good" />}
      {view.step === "failed" && <Icon name="stop" className="sign bad" />}
      <h3 tabIndex={-1}>{texts.titles[view.step]}</h3>
      <StepBody flow={flow} />
    </div>
  );
}

function StepBody({ flow }: { readonly flow: UseVerification }): ReactNode {
  switch (flow.view.step) {
    case "checking":
      return null;
    case "email":
    case "phone":
      return <CodeForm flow={flow} />;
    case "phoneEntry":
      return <NumberForm flow={flow} />;
    case "verified":
    case "failed":
      return <Proof view={flow.view} />;
  }
}

/** What colour the status has: something is wrong, or not. */
function toneOf({ view, refusal, failure, getCodeInputProps }: UseVerification): "bad" | "good" | "plain" {
  if (view.step === "verified") return "good";
  if (refusal !== null) return getCodeInputProps()["aria-invalid"] ? "bad" : "plain";
  // An unclear send is no reason to alarm the user: the code may still arrive.
  if (view.announcement === "codePerhapsSent") return "plain";
  return failure !== null || view.failedBecause !== null || view.lock !== null ? "bad" : "plain";
}

/** The verification, as the user sees it on a phone. */
export function Phone(): ReactNode {
  const texts = useTexts();
  const [{ isOffline }] = useSettings();
  const flow = useVerificationContext();
  const screen = useRef<HTMLDivElement>(null);
  useEffect(() => keepFocus(screen.current, "[data-focus]", "h3"), []);
  const { service } = useWorld();
  const { view, commands } = flow;
  // After signing in, the flow continues where it was.
  const isSignedOut = view.failure?.kind === "unauthorized";
  const signIn = async () => {
    await control(service, "sign-in");
    commands.retry();
  };
  const isReading = view.awaiting === "phone" && flow.getSubmitButtonProps()["aria-disabled"];
  const isBusy = isReading || view.activities.length > 0;

  return (
    <section className="phone-area" aria-labelledby="the-person">
      <h2 id="the-person">{texts.thePerson}</h2>
      <div className="phone">
        <div className="phone-bar" aria-hidden="true">
          <DeviceTime withSeconds={false} />
          <span className="phone-signal">
            {isOffline && <span>{texts.offlineSign}</span>}
            <Icon name={isOffline ? "noSignal" : "signal"} />
          </span>
        </div>
        <div className="screen" ref={screen} data-busy={isBusy} data-step={view.step}>
          <div className="progress" aria-hidden="true" />
          <Steps view={view} />
          <StepScreen key={view.step} flow={flow} />
          <div className="status" data-tone={toneOf(flow)}>
            <p {...flow.getStatusProps()} />
            {view.nextAttemptAt !== null && (
              <p className="beside">
                {texts.triesAgainIn} <TimeLeft until={view.nextAttemptAt} />
              </p>
            )}
          </div>
          <div className="more">
            {view.canRetry && (
              <button
                type="button"
                className="button main"
                onClick={() => {
                  if (isSignedOut) void signIn();
                  else commands.retry();
                }}
              >
                {isSignedOut ? texts.signIn : texts.tryAgain}
              </button>
            )}
            {view.canChangePhone && (
              <button type="button" className="button quiet" onClick={commands.changePhone}>
                {texts.changeNumber}
              </button>
            )}
          </div>
        </div>
      </div>
    </section>
  );
}
