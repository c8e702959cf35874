import { browserPeers, wakeOn, webStorageStore } from "@veristep/browser";
import { xstateEngine } from "@veristep/core/xstate";
import { gatewayApi } from "@veristep/gateway/client";
import { useVerificationContext, VerificationProvider } from "@veristep/react";
import { use, useEffect, useState, type ReactNode } from "react";
import { createTimeline } from "./flow/timeline.js";
import { createNetwork } from "./network.js";
import { ChartPanel } from "./panels/chart-panel.js";
import { ControlsPanel } from "./panels/controls-panel.js";
import { InboxPanel } from "./panels/inbox-panel.js";
import { TimelinePanel } from "./panels/timeline-panel.js";
import { Phone } from "./flow/phone.js";
import type { KnownPerson, Service } from "./service/service.js";
import type { SettingsCell } from "./settings.js";
import { createPacedClock, offsetClock, realTime } from "./time/paced-clock.js";
import { SettingsContext, useMessages, WorldContext } from "./world.js";

// Once a page: they are about the browser, not about a flow.
const store = webStorageStore();
const peers = browserPeers();

/** Numbers of this country are taken without their country code, too. */
const loadPhoneParser = async () => {
  const { parsePhone } = await import("@veristep/phone");
  return (input: string) => parsePhone(input, { defaultCountry: "BG" });
};

function createWorld(service: Service, person: KnownPerson, settings: SettingsCell) {
  const isPaced = service.setPace !== null;
  const time = createPacedClock(isPaced ? settings.get().pace : realTime(Date.now()));
  const clock = offsetClock(time, () => settings.get().clockOffsetMs);
  const timeline = createTimeline(clock);
  return {
    world: { service, person, clock, timeline },
    api: gatewayApi({
      url: service.gatewayUrl,
      fetch: createNetwork(service, settings, time, timeline.world),
    }),
    followServer: () => service.onServiceCall(timeline.serviceCall),
    followPace: () =>
      settings.subscribe(() => {
        if (!isPaced) return;
        time.setPace(settings.get().pace);
        service.setPace?.(settings.get().pace);
      }),
  };
}

/** Tells the timeline what the screen says, and the flow when its page is looked at again (B18). */
function Attendant(): ReactNode {
  const { view, commands } = useVerificationContext();
  const world = use(WorldContext);
  useEffect(() => {
    world?.timeline.say(view);
  }, [world, view]);
  const { refresh } = commands;
  useEffect(() => wakeOn({ refresh }), [refresh]);
  return null;
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
  const [{ world, api, followPace, followServer }] = useState(() => createWorld(service, person, settings));
  // XState's own engine, because the timeline and the chart follow its inspection.
  const [engine] = useState(() => xstateEngine({ inspect: world.timeline.inspect }));
  useEffect(followPace, [followPace]);
  useEffect(followServer, [followServer]);

  return (
    <WorldContext value={world}>
      <VerificationProvider
        api={api}
        user={person.user}
        policy={person.policy}
        store={store}
        peers={peers}
        clock={world.clock}
        messages={useMessages()}
        loadPhoneParser={loadPhoneParser}
        engine={engine}
      >
        <Attendant />
        <main className="stage">
          <Phone />
          <InboxPanel />
          <ControlsPanel />
          <TimelinePanel />
          <ChartPanel />
        </main>
      </VerificationProvider>
    </WorldContext>
  );
}
