import { describe, expect } from "vitest";
import { codeInput } from "@veristep/e2e";
import type { Tab } from "./support/tab.js";
import { leaks, watchTraces, type TraceWatch } from "./support/traces.js";
import { EMAIL, MINUTE, OTHER_PHONE, PHONE, test, type World } from "./support/world.js";

/** Every secret so far: what was planted, and each code that was sent or typed. */
const secretsOf = ({ sandbox, setup }: World, typed: readonly string[]): Record<string, string> => ({
  "the address": EMAIL,
  "the name in the address": EMAIL.slice(0, EMAIL.indexOf("@")),
  "the number": PHONE.slice(1),
  "the other number": OTHER_PHONE.slice(1),
  "the token": setup.token,
  ...Object.fromEntries(
    [...sandbox.outbox().map(({ code }) => code), ...typed].map((code, index) => [`code ${index + 1}`, code]),
  ),
});

describe.concurrent("B26, B30, B37: no code, token, address or number is left anywhere, at any step", () => {
  test.for([
    { store: "localStorage", engine: "xstate" },
    { store: "indexedDB", engine: "default" },
  ] as const)("with a store over $store and the $engine engine", async ({ store, engine }, { world }) => {
    const watches: TraceWatch[] = [];
    const open = (): Promise<Tab> =>
      world.open({ store, engine, policy: { maxAttempts: 4 } }, async (page) => {
        watches.push(await watchTraces(page));
      });
    const typed: string[] = [];
    const nothingLeaks = async (step: string) => {
      const traces = await Promise.all(watches.map((watch) => watch.read()));
      expect(leaks(traces.flat(), secretsOf(world, typed)), step).toEqual([]);
    };

    world.hold("sendEmailCode", "after");
    const tab = await open();
    await tab.sees({ activities: ["sending"] });
    await nothingLeaks("while the first code is sent");
    await world.release();
    await tab.asksForCode("email");
    const other = await open();
    await other.asksForCode("email");
    await nothingLeaks("while a code is awaited");

    typed.push(world.wrongCode("email"));
    world.hold("confirmEmail", "before");
    await tab.submitCode(world.wrongCode("email"));
    await tab.sees({ activities: ["confirming"] });
    await nothingLeaks("while a code is confirmed");
    await world.release();
    await tab.sees({ activities: [], failure: { kind: "codeRejected" } });
    await nothingLeaks("after a wrong code");

    const code = world.code("email");
    await world.context.route(
      ({ pathname }) => pathname.endsWith("/email/confirm"),
      (route) =>
        route.fulfill({
          status: 500,
          contentType: "application/problem+json",
          headers: { "access-control-allow-origin": "*" },
          body: JSON.stringify({
            title: `${code} ${EMAIL}`,
            traceId: `trace-${code}`,
            detail: world.setup.token,
          }),
        }),
      { times: 2 },
    );
    await codeInput(tab.page).fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await codeInput(tab.page).press("Enter");
    await tab.sees({ activities: [], canRetry: true, failure: { kind: "serverError" } });
    await nothingLeaks("after a service that answered with what it was told");

    await world.context.clock.fastForward(MINUTE);
    await tab.press("Send another code");
    await other.sees({ announcement: "codeReplaced" });
    await nothingLeaks("after a resend");
    await tab.submitCode(world.code("email"));
    await tab.sees({ step: "phoneEntry" });
    await tab.submitPhone("0888 76");
    await tab.page.getByRole("alert").getByText("country code").waitFor();
    world.hold("sendPhoneCode", "after");
    await tab.submitPhone(PHONE);
    await tab.sees({ activities: ["sending"] });
    await nothingLeaks("while a code is sent to the phone");
    await world.release();
    await tab.asksForCode("phone");
    await nothingLeaks("while a code is awaited on the phone");
    await tab.page.reload();
    await tab.asksForCode("phone");
    await nothingLeaks("after a reload");

    await tab.press("Use another number");
    await world.context.clock.fastForward(MINUTE);
    await tab.submitPhone(OTHER_PHONE);
    await tab.asksForCode("phone");
    await tab.submitCode(world.code("phone"));
    await tab.sees({ step: "verified" });
    await nothingLeaks("after the end");
    expect(await world.context.cookies()).toEqual([]);
  });
});

test.concurrent("the look finds what is planted, wherever it is", async ({ world }) => {
  let watch: TraceWatch | undefined;
  const tab = await world.open({}, async (page) => {
    watch = await watchTraces(page);
  });
  await tab.asksForCode("email");
  await tab.page.evaluate(async () => {
    localStorage.setItem("planted", "secret-1");
    localStorage.removeItem("planted");
    sessionStorage.setItem("planted-secret-2", "");
    history.replaceState("secret-3", "");
    document.cookie = "planted=secret-4";
    new BroadcastChannel("planted").postMessage({ code: "secret-5" });
    await navigator.locks.request("secret-6", () => {});
    await caches.open("planted").then((cache) => cache.put("/?secret-7", new Response()));
    window.name = "secret-8";
    // oxlint-disable-next-line no-console -- What an app may do to its flow.
    console.log("secret-9");
    await fetch("/?secret-10");
    const opening = indexedDB.open("planted");
    opening.addEventListener("upgradeneeded", () => {
      opening.result.createObjectStore("planted").put("secret-11", 1);
    });
    await new Promise((resolve) => opening.addEventListener("success", resolve));
    opening.result.close();
    Object.assign(window.flow.actor.getSnapshot().context, {
      planted: new Map([["secret-12", { code: "123 456" }]]),
    });
  });
  const traces = (await watch?.read()) ?? [];
  const secrets = Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [`${at + 1}`, `secret-${at + 1}`]),
  );
  for (const name of Object.keys(secrets))
    expect(leaks(traces, secrets), name).toContainEqual(expect.stringMatching(new RegExp(`^${name} in `)));
  expect(leaks(traces, { code: "123456" })).toEqual(["code in the actor and all that it reaches"]);
});
