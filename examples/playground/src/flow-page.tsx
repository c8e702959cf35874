import { browserPeers, wakeOn, webStorageStore } from "@veristep/browser";
import { createTimeline } from "@veristep/devtools/parts";
import { gatewayApi } from "@veristep/gateway/client";
import { createVerification } from "@veristep/core";
import { use, useEffect, useState, type ReactNode } from "react";
import { Devtools } from "./devtools/devtools.js";
import { noteServiceCall, noteWorld } from "./devtools/notes.js";
import { createNetwork } from "./network.js";
import { ControlsPanel } from "./panels/controls-panel.js";
import { InboxPanel } from "./panels/inbox-panel.js";
import { CodeTab } from "./scenes/code-tab.js";
import { Player } from "./scenes/player.js";
import { SceneBar } from "./scenes/scene-bar.js";
import { SecondTab } from "./scenes/second-tab.js";
import { isSecondTab } from "./scenes/story.js";
import { Phone } from "./flow/phone.js";
import type { KnownPerson, Service } from "./service/service.js";
import type { SettingsCell } from "./settings.js";
import { createPacedClock, offsetClock, realTime } from "./time/paced-clock.js";
import { SettingsContext, useWorld, WorldContext } from "./world.js";

// Once a page: they are about the browser, not about a flow.
const store = webStorageStore();
const peers = browserPeers();

function createWorld(service: Service, person: KnownPerson, settings: SettingsCell) {
  const isPaced = service.setPace !== null;
  const time = createPacedClock(isPaced ? settings.get().pace : realTime(Date.now()));
  const clock = offsetClock(time, () => settings.get().clockOffsetMs);
  const timeline = createTimeline(clock);
  const api = gatewayApi({
    url: service.gatewayUrl,
    fetch: createNetwork(service, settings, time, (event) => noteWorld(timeline, event)),
  });
  const { user, policy } = person;
  const created = createVerification({ api, user, policy, store, peers, clock });
  if (created.isErr()) throw new Error(created.error.map(({ option }) => option).join(", "));
  return {
    world: { service, person, clock, timeline, flow: created.value },
    followServer: () => service.onServiceCall((call) => noteServiceCall(timeline, call)),
    followPace: () =>
      settings.subscribe(() => {
        if (!isPaced) return;
        time.setPace(settings.get().pace);
        service.setPace?.(settings.get().pace);
      }),
  };
}

/** Lets the timeline follow the flow, and tells the flow when its page is looked at again (B18). */
function Attendant(): ReactNode {
  const { flow, timeline } = useWorld();
  useEffect(() => timeline.follow(flow), [timeline, flow]);
  useEffect(() => wakeOn(flow), [flow]);
  return null;
}

/** The phone, and everything around it. */
function Stage(): ReactNode {
  const { service, timeline } = useWorld();
  return (
    <main className="stage">
      <SceneBar service={service} />
      <Phone />
      <div className="middle">
        <InboxPanel />
        <SecondTab />
        <div className="panel devtools">
          <Devtools show="timeline chart view" timeline={timeline}>
            <CodeTab />
          </Devtools>
        </div>
      </div>
      <ControlsPanel />
    </main>
  );
}

/** One flow, and everything around it. */
export function FlowPage({
  service,
  person,
}: {
  readonly service: Service;
  readonly person: KnownPerson;
}): ReactNode {
  const settings = use(SettingsContext);
  if (settings === null) throw new Error("There are no settings above");
  const [{ world, followPace, followServer }] = useState(() => createWorld(service, person, settings));
  useEffect(followPace, [followPace]);
  useEffect(followServer, [followServer]);

  return (
    <WorldContext value={world}>
      <Attendant />
      <Player />
      {isSecondTab() ? <Phone /> : <Stage />}
    </WorldContext>
  );
}
