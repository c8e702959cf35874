import type { Channel, CommandRefusal, VerificationView } from "@veristep/core";
import type { Command } from "../rules/seen.js";
import type { Press, TypedCode } from "../script/steps.js";
import type { Browser, OpenTab } from "./browser.js";
import type { Chance } from "./chance.js";
import type { Message, Service } from "./service.js";

export interface PersonOptions {
  readonly service: Service;
  readonly browser: Browser;
  readonly chance: Chance;
  /** How long a message takes to arrive, in ms. */
  readonly mailMs: number;
  /** Every message that was sent, oldest first. */
  readonly messages: readonly Message[];
  readonly pressed: (
    tab: OpenTab,
    command: Command,
    typed: string | null,
    refusal: CommandRefusal | null,
    before: VerificationView,
  ) => void;
}

/** The user, with a mailbox and a phone. */
export function createPerson(options: PersonOptions) {
  const { service, browser, chance, messages, mailMs } = options;
  let typedLast = "000000";
  /** The message with the code that was typed last. */
  let readLast: Message | undefined;
  /** The number that was submitted last. */
  let number: 0 | 1 | 2 = 0;

  const arrived = (channel: Channel | null | undefined): readonly Message[] =>
    messages.filter((one) => one.channel === (channel ?? "email") && one.sentAt + mailMs <= service.now());

  const wrongCode = (): string => {
    for (;;) {
      const code = String(chance.between(0, 999_999)).padStart(6, "0");
      if (messages.every((one) => one.code !== code)) return code;
    }
  };

  const codeFor = (typed: TypedCode, channel: Channel | null | undefined): string => {
    const codes = arrived(channel);
    const newest = () => codes.at(-1)?.code ?? wrongCode();
    switch (typed) {
      case "newest":
        return newest();
      case "older":
        return codes.at(-2)?.code ?? wrongCode();
      case "otherChannel":
        return arrived(channel === "phone" ? "email" : "phone").at(-1)?.code ?? wrongCode();
      case "same":
        return typedLast;
      case "wrong":
        return wrongCode();
      case "spaced":
        return newest().replace(/^(...)/, " $1-");
      case "malformed":
        return chance.pick(["", "12345", "1234567", "abcdef", "12 34", "123456; --"]);
    }
  };

  const command = (tab: OpenTab, name: Command, typed: string | null = null): void => {
    const { flow } = tab;
    const before = tab.seen.view ?? flow.view();
    const taken = name === "submitCode" || name === "submitPhone" ? flow[name](typed ?? "") : flow[name]();
    const seen = name === "submitCode" ? (typed?.replaceAll(/[ -]/g, "") ?? null) : typed;
    options.pressed(tab, name, seen, taken.isErr() ? taken.error : null, before);
  };

  const typeCode = (tab: OpenTab, typed: TypedCode) => {
    const channel = tab.seen.view?.channel;
    typedLast = codeFor(typed, channel);
    command(tab, "submitCode", typedLast);
    readLast = arrived(channel).findLast((message) => message.code === typedLast);
  };

  const typePhone = (tab: OpenTab, which: Extract<Press, { do: "phone" }>["which"]) => {
    if (which === "taken") command(tab, "submitPhone", service.takenNumber);
    else if (which === "malformed") command(tab, "submitPhone", "0888 123");
    else {
      number = which;
      command(tab, "submitPhone", service.numbers[which]);
    }
  };

  /** The newest message, if its code may be of use here. */
  const newestFor = (view: VerificationView): Message | null => {
    const newest = view.channel === null ? undefined : arrived(view.channel).at(-1);
    if (newest === undefined || newest.expiresAt <= service.now()) return null;
    const isForHere = view.channel === "email" || view.destination?.slice(-2) === newest.to.slice(-2);
    return isForHere ? newest : null;
  };

  let numbersRefused = 0;
  let addressRefused = 0;
  let resends = 0;
  let resentTo: string | null = null;
  /** Messages with a code that was refused. */
  const bad = new Set<Message>();

  /** The one press of a willing user; null if there is nothing to do but to wait. */
  const nextPress = (tab: OpenTab): (() => void) | null => {
    const { view } = tab.seen;
    if (view === null) return null;
    const { failure, phoneEntry, code, resend } = view;
    if (failure?.about === "code" && failure.kind.startsWith("code") && readLast) bad.add(readLast);
    if (phoneEntry?.canSubmit === true) {
      numbersRefused = failure?.about === "phone" ? numbersRefused + 1 : 0;
      // A user who is refused again and again checks whether something else is wrong.
      return numbersRefused % 4 === 3 ? () => command(tab, "refresh") : () => typePhone(tab, number);
    }
    const newest = newestFor(view);
    if (code?.canSubmit === true && newest !== null && !bad.has(newest)) return () => typeCode(tab, "newest");
    if (view.canRetry) return () => command(tab, "retry");
    const isMailUnderWay = messages.some(
      (one) => one.channel === view.channel && one.sentAt + mailMs > service.now(),
    );
    if (resend?.allowed !== true || isMailUnderWay) return null;
    if (failure?.kind === "contactRefused" && failure.about === "send") addressRefused += 1;
    resends = view.destination === resentTo ? resends + 1 : 1;
    resentTo = view.destination;
    // After so many codes that didn't arrive, the user enters the number again.
    return () => command(tab, resends % 8 === 0 && view.canChangePhone ? "changePhone" : "resend");
  };

  /** The tab that a press is for; undefined if it isn't awake. */
  const tabOf = (index: number): OpenTab | undefined => {
    const tab = browser.tabs[index % Math.max(browser.tabs.length, 1)];
    return tab?.process.asleep === "no" ? tab : undefined;
  };

  return {
    /** When the next message arrives, in ms from now; null if none is under way. */
    nextMail: (): number | null => {
      const times = messages.map(({ sentAt }) => sentAt + mailMs - service.now()).filter((ms) => ms > 0);
      return times.length === 0 ? null : Math.min(...times);
    },
    /** How often in a row the number was refused. */
    get numbersRefused() {
      return numbersRefused;
    },
    /** How often a code for the address was refused. */
    get addressRefused() {
      return addressRefused;
    },
    tabOf,
    nextPress,
    refresh: (tab: OpenTab) => command(tab, "refresh"),
    press: (press: Press): void => {
      const tab = tabOf(press.tab);
      if (tab === undefined) return;
      if (press.do === "type") typeCode(tab, press.code);
      else if (press.do === "phone") typePhone(tab, press.which);
      else if (press.do === "start") tab.flow.start();
      else if (press.do === "follow") nextPress(tab)?.();
      else command(tab, press.do);
    },
  };
}

export type Person = ReturnType<typeof createPerson>;
