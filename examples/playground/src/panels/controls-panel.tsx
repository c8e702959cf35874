import { use, useState, type ReactNode } from "react";
import { Choice } from "../choice.js";
import { Devtools } from "../devtools/devtools.js";
import { faultSwitches } from "../devtools/fault-switches.js";
import { noteWorld } from "../devtools/notes.js";
import { DeviceTime } from "../flow/clock-texts.js";
import { control, type Control } from "../service/service.js";
import { atSpeed } from "../time/paced-clock.js";
import { SettingsContext, useSettings, useTexts, useViewPart, useWorld } from "../world.js";
import { ServiceChoice } from "./service-choice.js";

const HOUR_MS = 3_600_000;
const speeds = ["1", "10", "60"] as const;

/** Switches for the answers that get lost, the errors and the waits. */
function Faults(): ReactNode {
  const settings = use(SettingsContext);
  const [faults] = useState(() => (settings === null ? null : faultSwitches(settings)));
  return faults === null ? null : <Devtools show="faults" faults={faults} />;
}

/** What happens elsewhere: on the network, at the service, on another device. */
function Events(): ReactNode {
  const texts = useTexts();
  const { service, person, timeline, flow } = useWorld();
  const [{ isOffline }, change] = useSettings();
  const channel = useViewPart((view) => view.channel);

  /** Changes the account elsewhere, then refreshes as when the user comes back to this page (B18). */
  const elsewhere = async (event: "verifiedElsewhere" | "blocked", name: Control) => {
    await control(service, name).catch(() => {});
    noteWorld(timeline, event);
    flow.refresh();
  };
  /** The next request finds out. */
  const expire = async (event: "sessionExpired" | "tokenExpired", name: Control) => {
    await control(service, name).catch(() => {});
    noteWorld(timeline, event);
  };
  return (
    <div className="events">
      <label className="switch">
        <input
          type="checkbox"
          role="switch"
          checked={isOffline}
          onChange={({ target }) => {
            change({ isOffline: target.checked });
            noteWorld(timeline, target.checked ? "offline" : "online");
            // A browser fires this event when its network is back.
            if (!target.checked) dispatchEvent(new Event("online"));
          }}
        />
        <span>{texts.offline}</span>
      </label>
      <button
        type="button"
        className="button small"
        onClick={() => {
          void expire("sessionExpired", "expire-session");
        }}
      >
        {texts.expireSession}
      </button>
      <button
        type="button"
        className="button small"
        onClick={() => {
          void expire("tokenExpired", "expire-token");
        }}
      >
        {texts.expireToken}
      </button>
      <button
        type="button"
        className="button small"
        disabled={channel === null}
        onClick={() => {
          if (channel !== null) void elsewhere("verifiedElsewhere", `verify-elsewhere/${channel}`);
        }}
      >
        {texts.verifyElsewhere}
      </button>
      {person.canBlock && (
        <button
          type="button"
          className="button small"
          onClick={() => {
            void elsewhere("blocked", "block");
          }}
        >
          {texts.block}
        </button>
      )}
    </div>
  );
}

function Time(): ReactNode {
  const texts = useTexts();
  const { service, timeline, flow } = useWorld();
  const [{ clockOffsetMs, pace }, change] = useSettings();
  const setClock = (by: number) => {
    change({ clockOffsetMs: clockOffsetMs + by });
    noteWorld(timeline, "clock");
    // A device that was set right, or wrong, was in someone's hands.
    flow.refresh();
  };
  return (
    <>
      <div className="clock">
        <p>
          {texts.clock}
          <DeviceTime withSeconds />
        </p>
        <button
          type="button"
          className="button small"
          onClick={() => {
            setClock(-HOUR_MS);
          }}
        >
          {texts.clockBack}
        </button>
        <button
          type="button"
          className="button small"
          onClick={() => {
            setClock(HOUR_MS);
          }}
        >
          {texts.clockAhead}
        </button>
      </div>
      <Choice
        name="speed"
        legend={texts.speed}
        options={speeds.map((value) => ({ value, text: `×${value}` }))}
        value={speeds.find((speed) => Number(speed) === pace.factor) ?? "1"}
        isDisabled={service.setPace === null}
        onChange={(speed) => {
          change({ pace: atSpeed(pace, Number(speed), Date.now()) });
        }}
      />
    </>
  );
}

/** Everything that can be made to go wrong. */
export function ControlsPanel(): ReactNode {
  const texts = useTexts();
  return (
    <section className="panel controls" aria-labelledby="what-goes-wrong">
      <h2 id="what-goes-wrong">{texts.whatGoesWrong}</h2>
      <Faults />
      <Events />
      <Time />
      <ServiceChoice />
    </section>
  );
}
