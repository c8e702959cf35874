import type { Channel, CommandRefusal, VerificationView } from "@veristep/core";
import type { Command } from "../rules/seen.js";
import type { Press, TypedCode } from "../script/step.js";
import type { Browser, OpenTab } from "./browser.js";
import type { Dice } from "./dice.js";
import type { Message, Service } from "./service.js";
import type { Timeline } from "./timeline.js";

export interface PersonOptions {
  readonly timeline: Timeline;
  readonly service: Service;
  readonly browser: Browser;
  readonly dice: Dice;
  /** How long a message is on its way, in ms. */
  readonly mailMs: number;
  /** Every message that was ever delivered, oldest first. */
  readonly messages: readonly Message[];
  readonly pressed: (
    tab: OpenTab,
    command: Command,
    typed: string | null,
    refusal: CommandRefusal | null,
    before: VerificationView,
  ) => void;
}

/** Somebody in front of the screens, with a mailbox and a phone. */
export function createPerson(options: PersonOptions) {
  const { service, browser, dice, messages } = options;
  let typedLast = "000000";
  /** The message that the code typed last was read from. */
  let readLast: Message | undefined;
  /** Which of their numbers they gave last. */
  let number = 0;

  const arrived = (channel: Channel): readonly Message[] =>
    messages.filter((one) => one.channel === channel && one.sentAt + options.mailMs <= service.now());

  const wrongCode = (): string => {
    for (;;) {
      const code = String(dice.between(0, 999_999)).padStart(6, "0");
      if (messages.every((one) => one.code !== code)) return code;
    }
  };

  const codeFor = (typed: TypedCode, channel: Channel): string => {
    const codes = arrived(channel);
    switch (typed) {
      case "newest":
        return codes.at(-1)?.code ?? wrongCode();
      case "older":
        return codes.at(-2)?.code ?? wrongCode();
      case "otherChannel":
        return arrived(channel === "email" ? "phone" : "email").at(-1)?.code ?? wrongCode();
      case "same":
        return typedLast;
      case "wrong":
        return wrongCode();
      case "spaced": {
        const code = codes.at(-1)?.code ?? wrongCode();
        return ` ${code.slice(0, 3)}-${code.slice(3)}`;
      }
      case "malformed":
        return dice.pick(["", "12345", "1234567", "abcdef", "12 34", "123456; --"]);
    }
  };

  const command = (tab: OpenTab, name: Command, typed: string | null): void => {
    const { flow } = tab;
    const before = tab.seen.view ?? flow.view();
    const give = {
      submitCode: () => flow.submitCode(typed ?? ""),
      submitPhone: () => flow.submitPhone(typed ?? ""),
      resend: flow.resend,
      retry: flow.retry,
      refresh: flow.refresh,
      changePhone: flow.changePhone,
      cancel: flow.cancel,
    };
    const taken = give[name]();
    const digits = typed?.replaceAll(/[ -]/g, "") ?? null;
    options.pressed(
      tab,
      name,
      name === "submitCode" ? digits : typed,
      taken.isErr() ? taken.error : null,
      before,
    );
  };

  const typeCode = (tab: OpenTab, typed: TypedCode) => {
    const code = codeFor(typed, tab.seen.view?.channel ?? "email");
    command(tab, "submitCode", code);
    typedLast = code;
    readLast = arrived(tab.seen.view?.channel ?? "email").findLast((message) => message.code === code);
  };

  const typePhone = (tab: OpenTab, which: 0 | 1 | 2 | "taken" | "malformed") => {
    if (which === "taken") command(tab, "submitPhone", service.takenNumber);
    else if (which === "malformed") command(tab, "submitPhone", "0888 123");
    else {
      number = which;
      command(tab, "submitPhone", service.numbers[which]);
    }
  };

  /** The message with the code to type, where one has arrived that may be of use. */
  const newestFor = (view: VerificationView): Message | null => {
    const newest = view.channel === null ? undefined : arrived(view.channel).at(-1);
    if (newest === undefined || newest.expiresAt <= service.now()) return null;
    // A code for another number than the one on the screen is for another time.
    const isForHere = view.channel === "email" || view.destination?.slice(-2) === newest.to.slice(-2);
    return isForHere ? newest : null;
  };

  const isMailUnderWay = ({ channel }: VerificationView): boolean =>
    messages.some((one) => one.channel === channel && one.sentAt + options.mailMs > service.now());

  let numbersRefused = 0;
  let addressRefused = 0;
  let resends = 0;
  let resentTo: string | null = null;
  /** Messages with a code that a screen has called wrong. */
  const bad = new Set<Message>();
  const noteBad = ({ failure }: VerificationView) => {
    if (failure?.about === "code" && failure.kind.startsWith("code") && readLast) bad.add(readLast);
  };

  /** The one press that a willing person makes; null where there is nothing to do but to wait. */
  const nextPress = (tab: OpenTab): (() => void) | null => {
    const { view } = tab.seen;
    if (view === null) return null;
    noteBad(view);
    const press = view.phoneEntry?.canSubmit === true ? () => typePhone(tab, asNumber(number)) : null;
    if (press !== null) {
      // Whoever is refused again and again looks whether something else is wrong.
      if (view.failure?.about !== "phone") numbersRefused = 0;
      else numbersRefused += 1;
      return numbersRefused % 4 === 3 ? () => command(tab, "refresh", null) : press;
    }
    const newest = newestFor(view);
    if (view.code?.canSubmit === true && newest !== null && !bad.has(newest))
      return () => typeCode(tab, "newest");
    if (view.canRetry) return () => command(tab, "retry", null);
    if (view.resend?.allowed !== true || isMailUnderWay(view)) return null;
    if (view.failure?.kind === "contactRefused" && view.failure.about === "send") addressRefused += 1;
    // Who has waited for a message in vain for so long gives the number once more.
    resends = view.destination === resentTo ? resends + 1 : 1;
    resentTo = view.destination;
    return resends % 8 === 0 && view.canChangePhone
      ? () => command(tab, "changePhone", null)
      : () => command(tab, "resend", null);
  };

  /** @returns the tab that a press is for; undefined where there is none that is awake. */
  const tabOf = (index: number): OpenTab | undefined => {
    const tab = browser.tabs[index % Math.max(browser.tabs.length, 1)];
    return tab?.process.asleep === "no" ? tab : undefined;
  };

  return {
    /** When the next message arrives, in ms from now; null where none is under way. */
    nextMail: (): number | null => {
      const times = messages
        .map(({ sentAt }) => sentAt + options.mailMs - service.now())
        .filter((ms) => ms > 0);
      return times.length === 0 ? null : Math.min(...times);
    },
    /** How often in a row a number was refused that the person gave when asked for one. */
    get numbersRefused() {
      return numbersRefused;
    },
    /** How often a code was refused to the address, when they asked for one. */
    get addressRefused() {
      return addressRefused;
    },
    tabOf,
    nextPress,
    refresh: (tab: OpenTab) => command(tab, "refresh", null),
    press: (press: Press): void => {
      const tab = tabOf(press.tab);
      if (tab === undefined) return;
      switch (press.do) {
        case "type":
          typeCode(tab, press.code);
          return;
        case "phone":
          typePhone(tab, press.which);
          return;
        case "resend":
        case "retry":
        case "refresh":
        case "changePhone":
        case "cancel":
          command(tab, press.do, null);
          return;
        case "start":
          tab.flow.start();
          return;
        case "follow":
          nextPress(tab)?.();
      }
    },
  };
}

export type Person = ReturnType<typeof createPerson>;

const asNumber = (which: number): 0 | 1 | 2 => (which === 1 ? 1 : which === 2 ? 2 : 0);
