import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describeView, english } from "@veristep/core";
import { createSandbox, createSeededRandom } from "@veristep/sandbox";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { MINUTE, PHONE, SECOND, watch, world, wrong } from "./world.js";

/*
 * Reports from elsewhere about the parts of a screen, their size, and their tests. The link above
 * each test is the public report; docs/complaints.md lists them all.
 */

const root = fileURLToPath(new URL("../../..", import.meta.url));

describe("what a screen needs", () => {
  // https://github.com/aws-amplify/amplify-ui/issues/2657
  test("aws-amplify/amplify-ui#2657: no component: a flow runs to its end where there is no document at all (B16)", async () => {
    expect("document" in globalThis).toBe(false);
    const { open, pass, code } = await world({ phone: PHONE });
    const flow = await open();
    flow.submitCode(code("email"));
    await pass();
    flow.submitCode(code("phone"));
    await pass();
    expect((await flow.result)._unsafeUnwrap()).toMatchObject({
      email: { by: "code" },
      phone: { by: "code" },
    });
  });

  // https://github.com/aws-amplify/amplify-ui/issues/3803
  test("aws-amplify/amplify-ui#3803: a few tens of kilobytes: flow, adapter and everything they need", async () => {
    const bundle = await build({
      stdin: {
        contents: `export { createVerification, describeView, english } from "./packages/core/src/index.ts";
          export { createHttpApi } from "./packages/adapters/http/src/index.ts";`,
        resolveDir: root,
        loader: "ts",
      },
      alias: { "@veristep/core": `${root}/packages/core/src/index.ts` },
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      write: false,
      define: { "process.env.NODE_ENV": '"production"' },
      logLevel: "silent",
    });
    const [file] = bundle.outputFiles;
    expect(gzipSync(file?.contents ?? "").byteLength).toBeLessThan(40 * 1024);
    expect(file?.contents.byteLength).toBeLessThan(125 * 1024);
  });

  // https://github.com/supabase/auth/issues/901
  test("supabase/auth#901: codes for tests, of e-mails too: the mailbox can be read, and the same seed gives the same codes (B52)", async () => {
    const codesOf = async () => {
      const { open, pass, code, sandbox, userId } = await world({ phone: PHONE });
      const page = await open();
      page.submitCode(sandbox.latestCode(userId, "email") ?? "");
      await pass();
      page.submitCode(sandbox.latestCode(userId, "phone") ?? "");
      await pass();
      expect((await page.result).isOk()).toBe(true);
      return [code("email"), code("phone")];
    };
    const codes = await codesOf();
    expect(codes).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/^\d{6}$/)]);
    expect(await codesOf()).toEqual(codes);
    // No mailbox is needed for it: the address goes nowhere.
    const other = createSandbox({ random: createSeededRandom(2) });
    expect(other.outbox()).toEqual([]);
  });
});

describe("what a screen reader says", () => {
  // https://github.com/18F/identity-idp/issues/11899
  test("18F/identity-idp#11899: nothing, while a countdown runs (B61)", async () => {
    const { open, pass } = await world();
    const page = await open();
    const seen = watch(page);
    const said = { key: page.view().announcement, text: describeView(page.view(), english) };
    for (let second = 1; second < 60; second += 1) {
      await pass(SECOND);
      expect({ key: page.view().announcement, text: describeView(page.view(), english) }).toEqual(said);
    }
    expect(seen).toEqual([]);
  });

  // https://github.com/Adyen/adyen-web/issues/4026
  test("Adyen/adyen-web#4026: something, when something happens: a code sent, wrong or replaced, a lock, and its end (B61)", async () => {
    const here = await world({ options: { policy: { lockMs: MINUTE } } });
    const page = await here.open();
    const seen = watch(page);
    const said = () => {
      const keys = seen.map(({ announcement }) => announcement);
      return keys.filter((key, at) => key !== keys[at - 1]);
    };
    await here.pass(MINUTE);
    // The screen learns once that the countdown has ended, with the button that comes back.
    expect(seen.map(({ resend }) => resend?.allowed)).toEqual([true]);
    page.resend();
    await here.pass();
    for (let by = 1; by <= 5; by += 1) {
      page.submitCode(wrong(here.code("email"), by));
      await here.pass();
    }
    await here.pass(MINUTE);
    page.submitCode(here.code("email"));
    await here.pass();
    const attempt = ["confirming", "codeRejected"];
    expect(said()).toEqual([
      "codeSent",
      "sending",
      "codeReplaced",
      ...[1, 2, 3, 4].flatMap(() => attempt),
      "confirming",
      "lock",
      "codeReplaced",
      "confirming",
      "phoneWanted",
    ]);
  });
});

describe("what fills in the code", () => {
  // https://github.com/devfolioco/react-otp-input/issues/444
  test.each([
    "pasted whole",
    "filled in by the phone",
    "with the space of the message",
    "in full-width digits",
  ])("devfolioco/react-otp-input#444: one value for the whole code, %s (B60)", async (how) => {
    const { open, pass, code, requests } = await world();
    const page = await open();
    const digits = code("email");
    const texts: Record<string, string> = {
      "pasted whole": digits,
      "filled in by the phone": `${digits} `,
      "with the space of the message": `${digits.slice(0, 3)} ${digits.slice(3)}`,
      "in full-width digits": digits.replaceAll(/\d/g, (digit) =>
        String.fromCodePoint(0xff10 + Number(digit)),
      ),
    };
    // The view describes one input with its length, and no command takes a single digit.
    expect(page.view().code).toMatchObject({ length: 6 });
    expect(page.submitCode(digits.slice(0, 1))._unsafeUnwrapErr()).toEqual({
      kind: "codeFormat",
      length: 6,
      characters: "digits",
    });
    expect(page.submitCode(texts[how] ?? "").isOk()).toBe(true);
    await pass();
    expect(page.view().step).toBe("phoneEntry");
    expect(requests("confirmEmail")).toBe(1);
  });
});
