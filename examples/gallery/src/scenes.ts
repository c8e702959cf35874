import { createVerification, type PolicyOptions, type Verification } from "@veristep/core";
import { createFakeApi, createSimulatedClock, failure } from "@veristep/core/testing";
import type { FakeApi, SimulatedClock } from "@veristep/core/testing";
import type { VerifyContact } from "@veristep/element";

/** A flow on its way, and the hands of its user. */
export interface Scene {
  readonly fake: FakeApi;
  readonly clock: SimulatedClock;
  readonly element: VerifyContact;
  readonly flow: Verification;
  /** Types into the field that is shown, as a script does it, and waits for what comes of it. */
  readonly type: (text: string) => Promise<void>;
  /** Presses the button with this part. */
  readonly press: (part: "primary" | "resend" | "edit" | "back") => Promise<void>;
}

interface Script {
  readonly policy?: PolicyOptions;
  /** Before the flow starts. */
  readonly prepare?: (fake: FakeApi) => void;
  readonly play?: (scene: Scene) => Promise<void>;
}

const NUMBER = "+359888123456";

const atPhone = (fake: FakeApi): void => {
  fake.service.verified.email = true;
};

const always = (fail: (typeof failure)[keyof typeof failure]) => Array.from({ length: 8 }, () => ({ fail }));

const wrongCodes =
  (count: number) =>
  async ({ type }: Scene): Promise<void> => {
    for (let code = 0; code < count; code += 1) await type(String(111_111 + code));
  };

const sendNumber = async ({ type, press }: Scene): Promise<void> => {
  await type(NUMBER);
  await press("primary");
};

/** How the real machine gets to each state of a screen. */
export const scenes = {
  checking: { prepare: (fake) => fake.script("status", { hold: true }) },
  offlineAtLoad: {
    prepare: (fake) => fake.script("status", ...always(failure.unreachable)),
    play: ({ clock }) => clock.advance(60_000),
  },
  retrying: { prepare: (fake) => fake.script("status", ...always(failure.unreachable)) },
  signedOut: { prepare: (fake) => fake.script("status", { fail: failure.unauthorized }) },
  sending: { prepare: (fake) => fake.script("sendEmailCode", { hold: true }) },
  codeSent: {},
  codePerhapsSent: {
    prepare: (fake) =>
      fake.script("sendEmailCode", { fail: failure.serverError }, ...always(failure.serverError)),
    play: ({ clock }) => clock.advance(60_000),
  },
  codeIncomplete: {
    play: async ({ type, press }) => {
      await type("123");
      await press("primary");
    },
  },
  confirming: {
    prepare: (fake) => fake.script("confirmEmail", { hold: true }),
    play: ({ type }) => type("123456"),
  },
  wrongCode: { play: wrongCodes(1) },
  olderCode: {
    play: async ({ clock, press, type }) => {
      await clock.advance(61_000);
      await press("resend");
      await type("101111");
    },
  },
  fewAttempts: { play: wrongCodes(3) },
  resendTooEarly: { play: ({ press }) => press("resend") },
  codeExpired: { play: ({ clock }) => clock.advance(20 * 60_000) },
  retriesExhausted: {
    prepare: (fake) => fake.script("confirmEmail", ...always(failure.unreachable)),
    play: async ({ clock, type }) => {
      await type("123456");
      await clock.advance(60_000);
    },
  },
  locked: { play: wrongCodes(5) },
  throttled: {
    prepare: (fake) => fake.script("confirmEmail", { fail: failure.throttled }),
    play: ({ type }) => type("123456"),
  },
  phoneEntry: { play: ({ fake, type }) => type(fake.service.codes.email ?? "") },
  numberTooShort: {
    prepare: atPhone,
    play: async ({ type, press }) => {
      await type("+35988812");
      await press("primary");
    },
  },
  numberInDoubt: {
    prepare: atPhone,
    play: async ({ type, press }) => {
      await type("+359866123456");
      await press("primary");
    },
  },
  phoneSent: { prepare: atPhone, play: sendNumber },
  editingNumber: {
    prepare: atPhone,
    play: async (scene) => {
      await sendNumber(scene);
      await scene.press("edit");
    },
  },
  verified: {
    prepare: atPhone,
    play: async (scene) => {
      await sendNumber(scene);
      await scene.type(scene.fake.service.codes.phone ?? "");
    },
  },
  blocked: {
    prepare: ({ service }) => {
      service.lifecycle = 400;
    },
  },
  emailRefused: { prepare: (fake) => fake.script("sendEmailCode", { fail: failure.contactRefused }) },
  unknownUser: { prepare: (fake) => fake.script("status", { fail: failure.userNotFound }) },
} as const satisfies Readonly<Record<string, Script>>;

export type SceneName = keyof typeof scenes;

// The keys of a constant.
export const sceneNames = Object.keys(scenes) as readonly SceneName[];

/** Plays a scene in an element that is in the page. */
export async function play(name: SceneName, element: VerifyContact): Promise<Scene> {
  const { policy = {}, prepare, play: act }: Script = scenes[name];
  const fake = createFakeApi("maria@example.com");
  const clock = createSimulatedClock(Date.UTC(2026, 4, 18, 10, 27));
  prepare?.(fake);
  const user = { id: 7, email: "maria@example.com" };
  const flow = createVerification({ api: fake.api, user, policy, clock, random: () => 0.5 })._unsafeUnwrap();
  element.clock = clock;
  element.flow = flow;
  const settle = async () => {
    await clock.settle();
    await clock.settle();
  };
  const part = (selector: string) => element.shadowRoot?.querySelector<HTMLElement>(selector);
  const scene: Scene = {
    fake,
    clock,
    element,
    flow,
    type: async (text) => {
      const input = part("input");
      if (!(input instanceof HTMLInputElement)) throw new Error("There is no field");
      input.value = text;
      input.dispatchEvent(new InputEvent("input", { inputType: "insertFromPaste" }));
      await settle();
    },
    press: async (name) => {
      part(`[part~="${name}"]`)?.click();
      await settle();
      // The phone reader is loaded.
      await element.loadPhoneParser?.();
      await settle();
    },
  };
  await settle();
  await act?.(scene);
  await settle();
  return scene;
}
