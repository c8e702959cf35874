import { createStore, get, set } from "idb-keyval";
import { createPacedClock, realTime } from "../time/paced-clock.js";
import {
  createLivingService,
  type Journal,
  type JournalKeeper,
  type LivingService,
} from "./living-service.js";
import type { FromService, ToService } from "./wire.js";

/**
 * The stand-in's database: what a service would keep on its own machine. What the flow keeps is in
 * `localStorage`, and holds no code.
 */
function databaseKeeper(): JournalKeeper {
  const database = createStore("veristep-playground-service", "journal");
  return {
    load: () => get<Journal>("journal", database).catch(() => undefined),
    // Without a database (private mode) the service forgets with its last tab.
    save: (journal) => set("journal", journal, database).catch(() => {}),
  };
}

const clock = createPacedClock(realTime(Date.now()));
const ports = new Set<MessagePort>();
let living: Promise<LivingService> | null = null;

/** Serves one tab. All that are served by the same worker share one service, and one time. */
export function serve(port: MessagePort): void {
  const tell = (message: FromService, to: MessagePort = port) => {
    // A port has one other end, and no origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    to.postMessage(message);
  };
  ports.add(port);

  const hear = async (message: ToService): Promise<void> => {
    if (message.type === "hello" || message.type === "pace") clock.setPace(message.pace);
    living ??= createLivingService(databaseKeeper(), clock);
    const service = await living;
    switch (message.type) {
      case "hello":
        tell({ type: "person", person: service.person() });
        return;
      case "pace":
        return;
      case "restart":
        await service.restart();
        for (const other of ports) tell({ type: "person", person: service.person() }, other);
        return;
      case "do":
        tell({ type: "done", id: message.id, answer: await service.perform(message.deed) });
    }
  };
  port.addEventListener("message", ({ data }: MessageEvent<ToService>) => {
    void hear(data);
  });
  port.start();
}
