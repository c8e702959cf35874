import { createVerification } from "@veristep/core";
import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { wakeOn } from "@veristep/browser";
import { describe, expect, test } from "vitest";

const createPage = () => {
  const clock = createSimulatedClock();
  const events = new EventTarget();
  const document: { visibilityState: DocumentVisibilityState } = { visibilityState: "visible" };
  let refreshes = 0;
  const stop = wakeOn(
    { refresh: () => (refreshes += 1) },
    { clock },
    {
      document,
      addEventListener: (type, listener) => {
        events.addEventListener(type, listener);
      },
      removeEventListener: (type, listener) => {
        events.removeEventListener(type, listener);
      },
    },
  );
  return {
    clock,
    document,
    stop,
    dispatch: (type: string, members: object = {}) => {
      events.dispatchEvent(Object.assign(new Event(type), members));
    },
    refreshes: () => refreshes,
  };
};

describe("B18: a flow is refreshed", () => {
  test.each([
    ["focus", {}],
    ["online", {}],
    ["visibilitychange", {}],
    ["pageshow", { persisted: true }],
  ])("on %s %j", async (type, members) => {
    const { clock, dispatch, refreshes } = createPage();
    dispatch(type, members);
    await clock.advance(50);
    expect(refreshes()).toBe(1);
  });

  test("not on becoming hidden, and not when the page is shown for the first time", async () => {
    const { clock, document, dispatch, refreshes } = createPage();
    dispatch("pageshow", { persisted: false });
    document.visibilityState = "hidden";
    dispatch("visibilitychange");
    dispatch("blur");
    dispatch("offline");
    await clock.advance(1_000);
    expect(refreshes()).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test("once for the events of one moment, and again for those of the next", async () => {
    const { clock, dispatch, refreshes } = createPage();
    dispatch("pageshow", { persisted: true });
    dispatch("visibilitychange");
    await clock.advance(20);
    dispatch("focus");
    await clock.advance(1_000);
    expect(refreshes()).toBe(1);
    // A focus while the machine was offline is followed by what counts.
    dispatch("focus");
    await clock.advance(60);
    dispatch("online");
    await clock.advance(60);
    expect(refreshes()).toBe(3);
  });

  test("not after the stop, which leaves no timer", async () => {
    const { clock, dispatch, stop, refreshes } = createPage();
    dispatch("focus");
    stop();
    dispatch("online");
    expect(clock.pending).toBe(0);
    await clock.advance(1_000);
    expect(refreshes()).toBe(0);
    stop();
  });

  test("never where there is no window", () => {
    expect(() => {
      wakeOn({ refresh: () => expect.unreachable() })();
      wakeOn({ refresh: () => expect.unreachable() }, {}, {})();
    }).not.toThrow();
  });

  test("and so notices what was verified on another device", async () => {
    const clock = createSimulatedClock();
    const { api, service } = createFakeApi();
    const user = { id: 7, email: "person@example.com" };
    const flow = createVerification({ api, clock, user, policy: { channels: ["email"] } })._unsafeUnwrap();
    const events = new EventTarget();
    const platform = {
      addEventListener: events.addEventListener.bind(events),
      removeEventListener: events.removeEventListener.bind(events),
    };
    const stop = wakeOn(flow, { clock }, platform);
    flow.start();
    await clock.advance(5_000);
    expect(flow.view().awaiting).toBe("code");
    service.verified.email = true;
    events.dispatchEvent(new Event("focus"));
    await clock.advance(1_000);
    expect((await flow.result).isOk()).toBe(true);
    stop();
  });
});
