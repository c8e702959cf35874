import { memoryStore } from "@veristep/browser";
import { createVerification, english, type Verification, type VerificationOptions } from "@veristep/core";
import { createForm, textsOf, type Form, type FormOptions } from "@veristep/form";
import { createFakeApi, createFakeTabs, createSimulatedClock, failure } from "@veristep/core/testing";
import { afterEach, describe, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
});

function createWorld() {
  const fake = createFakeApi();
  const clock = createSimulatedClock();
  const open = (
    more: Partial<Pick<VerificationOptions, "store" | "peers">> = {},
    formOptions: FormOptions = {},
  ) => {
    const user = { id: 7, email: "person@example.com" };
    const verification = createVerification({ api: fake.api, clock, user, ...more })._unsafeUnwrap();
    const form = createForm(verification, () => ({ clock, ...formOptions }));
    return {
      verification,
      form,
      shown: () => form.getSnapshot().code,
      refusal: () => form.getSnapshot().refusal?.kind ?? null,
      isInvalid: () => form.getSnapshot().isInvalid,
      status: () => textsOf(form.getSnapshot(), english).status,
    };
  };
  const start = async (...options: Parameters<typeof open>) => {
    const screen = open(...options);
    const detach = screen.form.attach();
    screen.verification.start();
    await clock.settle();
    return { ...screen, detach };
  };
  const confirmed = () =>
    fake.calls.flatMap(({ operation, argument }) => (operation === "confirmEmail" ? [argument] : []));
  return { fake, clock, start, confirmed };
}

describe("B60: the code field", () => {
  test("takes a code where regular expressions have no look-behind, as in Safari before 16.4", async () => {
    const { fake, clock, start } = createWorld();
    const { form, verification } = await start();
    vi.stubGlobal(
      "RegExp",
      class extends RegExp {
        constructor(pattern: string | RegExp, flags?: string) {
          if (/\(\?<[!=]/.test(String(pattern))) throw new SyntaxError("invalid group specifier name");
          super(pattern, flags);
        }
      },
    );
    form.typeCode(`Your 10npay code is ${fake.service.codes.email ?? ""}.`);
    await clock.settle();
    expect(verification.view().step).toBe("phoneEntry");
  });

  test.each([
    ["123-456 is it", ["123456"]],
    ["G-123456", ["123456"]],
    ["7-123456", []],
    ["x1234567", []],
  ])("finds an unambiguous code in %j", async (text, codes) => {
    const { clock, start, confirmed } = createWorld();
    const { form } = await start();
    form.typeCode(text);
    await clock.settle();
    expect(confirmed()).toEqual(codes);
  });

  test.each(["654321", "654 321", " Your code: 654-321"])(
    "takes %j that is pasted behind, or before, a code that was refused",
    async (pasted) => {
      for (const both of [(old: string) => old + pasted, (old: string) => `${pasted}${old}`]) {
        const { clock, start, confirmed } = createWorld();
        const { form, shown } = await start();
        form.typeCode("000000");
        await clock.settle();
        form.typeCode(both(shown()));
        await clock.settle();
        expect(confirmed()).toEqual(["000000", "654321"]);
      }
    },
  );

  test("doesn't guess which digits are meant: more of them behind a code, or behind a part of one", async () => {
    const { clock, start, confirmed } = createWorld();
    const { form, shown } = await start();
    form.typeCode("1");
    form.typeCode("12345678");
    expect([shown(), confirmed()]).toEqual(["123456", []]);
    form.typeCode("000000");
    await clock.settle();
    form.typeCode("0000001");
    await clock.settle();
    expect([shown(), confirmed()]).toEqual(["000000", ["000000"]]);
  });
});

describe("B60: an input method", () => {
  test("keeps its text as it composes it; the digits count when it is done", async () => {
    const { clock, start, confirmed } = createWorld();
    const { form, shown } = await start();
    for (const text of ["１", "１２", "１２３４５６"]) {
      form.typeCode(text, { isComposing: true });
      expect(shown()).toBe(text);
    }
    await clock.settle();
    expect(confirmed()).toEqual([]);
    form.typeCode("１２３４５６");
    await clock.settle();
    expect([shown(), confirmed()]).toEqual(["123456", ["123456"]]);
  });

  test("that composes plain digits, as some Android keyboards do, submits with the last one, once", async () => {
    const { clock, start, confirmed } = createWorld();
    const { form } = await start();
    for (const text of ["12345", "123456"]) form.typeCode(text, { isComposing: true });
    await clock.settle();
    expect(confirmed()).toEqual(["123456"]);
    form.typeCode("123456");
    await clock.settle();
    expect(confirmed()).toEqual(["123456"]);
  });

  test("can't fill the memory", async () => {
    const { start } = createWorld();
    const { form, shown } = await start();
    form.typeCode("あ".repeat(100_000), { isComposing: true });
    expect(shown()).toHaveLength(64);
  });
});

describe("B61: a refusal", () => {
  test("is gone when another tab has requested a new code", async () => {
    const { clock, start } = createWorld();
    const [store, tabs] = [memoryStore(), createFakeTabs()];
    const here = await start({ store, peers: tabs.open() });
    await clock.advance(60_000);
    here.form.resend();
    await clock.settle();
    here.form.typeCode("12");
    here.form.submit();
    expect([here.refusal(), here.isInvalid()]).toEqual(["codeFormat", true]);

    const there = await start({ store, peers: tabs.open() });
    await clock.advance(60_000);
    there.form.resend();
    await clock.advance(1_000);
    expect(here.verification.view()).toMatchObject({ announcement: "codeReplaced", code: { generation: 3 } });
    expect([here.refusal(), here.isInvalid()]).toEqual([null, false]);
  });

  test("doesn't come back after another announcement", async () => {
    const { fake, clock, start } = createWorld();
    const { form, verification, refusal } = await start();
    form.resend();
    expect(refusal()).toBe("cooldown");
    fake.script("status", { fail: failure.unreachable });
    verification.refresh();
    await clock.settle();
    expect([verification.view().announcement, refusal()]).toEqual(["retrying", null]);
    await clock.advance(30_000);
    expect([verification.view().announcement, refusal()]).toEqual(["codeSent", null]);
  });
});

describe("B61: a refusal that is repeated", () => {
  test("changes the text of the live region each time, and nothing that is read out", async () => {
    const { clock, start } = createWorld();
    const { form } = await start();
    const said: string[] = [];
    const say = () => {
      said.push(textsOf(form.getSnapshot(), english).status);
    };
    form.typeCode("12");
    for (let press = 0; press < 4; press += 1) {
      form.submit();
      await clock.settle();
      say();
    }
    for (let press = 0; press < 3; press += 1) {
      form.resend();
      say();
    }
    form.submit();
    say();
    expect(said.every((text, at) => text !== said[at - 1])).toBe(true);
    expect(new Set(said.map((text) => text.trim())).size).toBe(2);
  });
});

describe("a phone reader that is slow to load", () => {
  const atPhoneEntry = async () => {
    const world = createWorld();
    world.fake.service.verified.email = true;
    const load = () =>
      new Promise<(input: string) => string>((resolve) => {
        world.clock.schedule(() => {
          resolve((input) => `+359${input.slice(1)}`);
        }, 2_500);
      });
    const screen = await world.start({}, { loadPhoneParser: load });
    const { form } = screen;
    return {
      ...world,
      ...screen,
      sent: () =>
        world.fake.calls.flatMap(({ operation, argument }) =>
          operation === "sendPhoneCode" ? [argument] : [],
        ),
      isWorking: () => form.getSnapshot().isWorking,
      status: () => textsOf(form.getSnapshot(), english).status,
    };
  };

  test("sends one code, to the corrected number, and shows that it is working", async () => {
    const { form, clock, sent, isWorking, status } = await atPhoneEntry();
    expect(isWorking()).toBe(false);
    form.typePhone("0888123222");
    form.submit();
    expect([isWorking(), status()]).toEqual([true, english.messages.busy]);
    await clock.advance(1_000);
    form.typePhone("0888123229");
    expect(isWorking()).toBe(false);
    form.submit();
    form.submit();
    expect(isWorking()).toBe(true);
    await clock.advance(10_000);
    expect(sent()).toEqual(["+359888123229"]);
  });

  test("sends nothing for a number that is still being edited", async () => {
    const { form, clock, sent, isWorking } = await atPhoneEntry();
    form.typePhone("0888123222");
    form.submit();
    form.typePhone("088812322");
    await clock.advance(10_000);
    expect([sent(), isWorking()]).toEqual([[], false]);
    // The browser may report the same text again, as at the end of a composition.
    form.submit();
    form.typePhone("088812322");
    await clock.advance(10_000);
    expect(sent()).toEqual(["+35988812322"]);
  });
});

describe("the status (B61)", () => {
  const texts = (form: Form, verification: Verification, status: () => string) => {
    const all = [status()];
    const note = () => {
      if (status() !== all.at(-1)) all.push(status());
    };
    form.subscribe(note);
    verification.subscribe(note);
    return all;
  };

  test("names the wait of a lock, and changes once a minute", async () => {
    const { clock, start } = createWorld();
    const { form, verification, status } = await start();
    for (let code = 0; code < 5; code += 1) {
      form.typeCode(String(111_111 + code));
      await clock.settle();
    }
    const said = texts(form, verification, status);
    await clock.advance(30_000);
    expect(said).toEqual(["Too many incorrect codes. Try again in 15 minutes."]);
    await clock.advance(15 * 60_000);
    expect(said.slice(1, 3)).toEqual([
      "Too many incorrect codes. Try again in 14 minutes.",
      "Too many incorrect codes. Try again in 13 minutes.",
    ]);
    expect(said.slice(-2)).toEqual([
      "Too many incorrect codes. Try again in 60 seconds.",
      "That code has expired. Request a new one.",
    ]);
    expect(said).toHaveLength(16);
  });

  test("forgets a refused resend when its wait is over", async () => {
    const { clock, start } = createWorld();
    const { form, verification, status, refusal } = await start();
    await clock.advance(2_000);
    form.resend();
    const said = texts(form, verification, status);
    await clock.advance(57_000);
    expect([said, refusal()]).toEqual([["You can request a new code in 58 seconds."], "cooldown"]);
    await clock.advance(1_000);
    expect([said.slice(1), refusal()]).toEqual([["We sent a 6-digit code to p•••@example.com."], null]);
  });

  test("says that the code has expired, when it has", async () => {
    const { clock, start } = createWorld();
    const { form, verification, status } = await start();
    const said = texts(form, verification, status);
    await clock.advance(60 * 60_000);
    expect(said.slice(1)).toEqual(["That code has expired. Request a new one."]);
  });

  test("leaves no timer when the form is detached", async () => {
    const { clock, start } = createWorld();
    const { form, detach } = await start();
    const before = clock.pending;
    form.resend();
    expect(clock.pending).toBe(before + 1);
    detach();
    expect(clock.pending).toBe(before);
    form.resend();
    expect(clock.pending).toBe(before);
  });
});

describe("submitting", () => {
  test("requests nothing while the flow works, and tries again where it waits for that (B61)", async () => {
    const { fake, clock, start } = createWorld();
    fake.script("status", { fail: failure.unauthorized });
    const { form, verification, refusal } = await start();
    expect(verification.view()).toMatchObject({ awaiting: "retry", code: null });
    fake.script("status", { hold: true });
    form.submit();
    await clock.settle();
    expect([fake.count("status"), refusal()]).toEqual([2, null]);
    form.submit();
    expect([verification.view().awaiting, refusal()]).toEqual([null, null]);
    fake.release();
    await clock.settle();
    expect(verification.view().awaiting).toBe("code");
  });

  test("continues after a number that waited for the phone library as the form was detached (B16)", async () => {
    const { fake, clock, start } = createWorld();
    fake.service.verified.email = true;
    const { form, detach } = await start({}, { loadPhoneParser: () => new Promise<never>(() => {}) });
    form.typePhone("+359888123456");
    form.submit();
    detach();
    await clock.advance(10_000);
    expect(fake.count("sendPhoneCode")).toBe(0);
    form.attach();
    form.submit();
    await clock.advance(3_000);
    expect(fake.count("sendPhoneCode")).toBe(1);
  });

  test("B16: isn't held up by a library that answers a number that was given up", async () => {
    const { fake, clock, start } = createWorld();
    fake.service.verified.email = true;
    const answers: Array<(reader: (input: string) => string) => void> = [];
    const { form, detach } = await start(
      {},
      { loadPhoneParser: () => new Promise((resolve) => answers.push(resolve)) },
    );
    form.typePhone("+359888123456");
    form.submit();
    detach();
    form.attach();
    form.submit();
    for (const answer of answers.slice(0, -1)) answer(() => "+359000000000");
    await clock.advance(3_000);
    expect(
      fake.calls.flatMap(({ operation, argument }) => (operation === "sendPhoneCode" ? [argument] : [])),
    ).toEqual(["+359888123456"]);
  });
});
