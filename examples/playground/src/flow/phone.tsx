import { english } from "@veristep/element";
import { bulgarian } from "@veristep/element/bulgarian";
import { VerifyContact } from "@veristep/react/verify-contact";
import type { ReactNode } from "react";
import { control } from "../service/service.js";
import { useSettings, useTexts, useViewPart, useWorld } from "../world.js";
import { DeviceTime } from "./clock-texts.js";
import { Icon } from "./icon.js";

/** Numbers of this country are taken without their country code, too. */
const loadPhoneParser = async () => {
  const { parsePhone } = await import("@veristep/phone");
  return (input: string) => parsePhone(input, { defaultCountry: "BG" });
};

/** The finished screen, `<verify-contact>`, on a phone. */
export function Phone(): ReactNode {
  const texts = useTexts();
  const [{ isOffline, language }] = useSettings();
  const { service, flow, clock } = useWorld();
  const isSignedOut = useViewPart(({ failure }) => failure?.kind === "unauthorized");
  // After signing in, the flow continues where it was.
  const signIn = async () => {
    await control(service, "sign-in");
    flow.retry();
  };

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
        <VerifyContact
          flow={flow}
          clock={clock}
          texts={language === "bg" ? bulgarian : english}
          loadPhoneParser={loadPhoneParser}
        />
        {isSignedOut && (
          <button type="button" className="button" onClick={() => void signIn()}>
            {texts.signIn}
          </button>
        )}
      </div>
    </section>
  );
}
