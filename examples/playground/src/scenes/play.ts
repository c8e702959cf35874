import type { Timeline } from "@veristep/devtools/parts";
import type { VerificationView } from "@veristep/core";
import { noteWorld } from "../devtools/notes.js";
import { control, readInbox, type Service } from "../service/service.js";
import type { SettingsCell } from "../settings.js";
import { atSpeed } from "../time/paced-clock.js";
import type { SceneName } from "./story.js";

/** What a scene acts on: the flow as its user would, and the world around it. */
export interface Stage {
  readonly service: Service;
  readonly settings: SettingsCell;
  readonly timeline: Timeline;
  /** Types a code into the field. */
  readonly type: (code: string) => void;
  readonly refresh: () => void;
  readonly retry: () => void;
  /** Ends the scene. */
  readonly signal: AbortSignal;
}

/** How long a viewer gets to see something, in ms of real time. */
const MOMENT_MS = 1_500;
/** Longer than a code lives. */
const SLEEP_MS = 12 * 60_000;

const pause = ({ signal }: Stage, ms = MOMENT_MS): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new Error("The scene was left"));
    });
  });

/** Waits until the flow shows something. */
function until({ timeline, signal }: Stage, isShown: (view: VerificationView) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const view = timeline.view();
      if (view === null || !isShown(view)) return;
      stop();
      resolve();
    };
    const stop = timeline.subscribe(look);
    signal.addEventListener("abort", () => {
      stop();
      reject(new Error("The scene was left"));
    });
    look();
  });
}

/** Waits for the code that is valid now, as long as a user takes to read it. */
async function emailCode(stage: Stage): Promise<string> {
  await until(
    stage,
    ({ step, code, activities }) => step === "email" && code?.sent === "yes" && activities.length === 0,
  );
  await pause(stage);
  const inbox = await readInbox(stage.service);
  return inbox.findLast(({ channel, state }) => channel === "email" && state === "current")?.code ?? "";
}

/** Each differs from the one before in two digits or more: one digit could be a key press, and a code is pasted. */
const wrongCode = (right: string, turn: number): string =>
  String((Number(right) + 11 * (turn + 1)) % 10 ** right.length).padStart(right.length, "0");

const scenes: Readonly<Record<SceneName, (stage: Stage) => Promise<void>>> = {
  "lost-response": async (stage) => {
    const code = await emailCode(stage);
    const { settings } = stage;
    settings.change({ faults: { ...settings.get().faults, loseAnswer: "next" } });
    await pause(stage);
    stage.type(code);
  },
  // The other tab types, and this one follows.
  "two-tabs": async () => {},
  sleep: async (stage) => {
    await emailCode(stage);
    const { settings, timeline } = stage;
    noteWorld(timeline, "asleep");
    const awake = atSpeed(settings.get().pace, 1, Date.now());
    settings.change({ pace: { ...awake, at: awake.at + SLEEP_MS } });
    await pause(stage);
    noteWorld(timeline, "awake");
    stage.refresh();
  },
  "wrong-codes": async (stage) => {
    const right = await emailCode(stage);
    for (let turn = 0; ; turn += 1) {
      const { code = null } = stage.timeline.view() ?? {};
      if (code === null || code.attemptsLeft === 0) return;
      stage.type(wrongCode(right, turn));
      await until(
        stage,
        ({ lock, code: now, activities }) =>
          lock !== null || (activities.length === 0 && now?.attemptsLeft === code.attemptsLeft - 1),
      );
      if (stage.timeline.view()?.lock !== null) return;
      await pause(stage, MOMENT_MS / 2);
    }
  },
  "other-device": async (stage) => {
    await emailCode(stage);
    await control(stage.service, "verify-elsewhere/email");
    noteWorld(stage.timeline, "verifiedElsewhere");
    await pause(stage);
    stage.refresh();
  },
  "blocked-posts": async (stage) => {
    await until(stage, ({ canRetry, activities }) => canRetry && activities.length === 0);
    await pause(stage, MOMENT_MS * 2);
    const { settings, timeline } = stage;
    settings.change({
      faults: { ...settings.get().faults, blockPosts: "off" },
      pace: atSpeed(settings.get().pace, 1, Date.now()),
    });
    noteWorld(timeline, "unblocked");
    stage.retry();
  },
};

/** Plays a scene. @returns rejects when it is left. */
export const playScene = (name: SceneName, stage: Stage): Promise<void> => scenes[name](stage);

/** Plays the second tab of a scene: its user types the code there. */
export async function playSecondTab(stage: Stage): Promise<void> {
  const code = await emailCode(stage);
  await pause(stage);
  stage.type(code);
}
