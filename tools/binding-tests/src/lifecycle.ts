import { bulgarian } from "@veristep/core";
import { expect, test, vi } from "vitest";
import type { Binding } from "./binding.js";
import { openScreen, type World } from "./world.js";

const codeSent = async ({ fake, clock }: World, times = 1) => {
  await expect.poll(() => fake.count("sendEmailCode")).toBe(times);
  await clock.settle();
};

/** Tests when a flow starts, stops and restarts. */
export function testLifecycle(binding: Binding): void {
  test("reads the status once and sends one code, and aborts nothing (B31)", async () => {
    const screen = openScreen(binding);
    await codeSent(screen);
    expect(screen.operations()).toEqual(["status", "sendEmailCode"]);
    expect(screen.fake.calls.map(({ signal }) => signal.aborted)).toEqual([false, false]);
  });

  test("leaves no request and no timer once it is unmounted (B14)", async () => {
    const { fake, clock, unmount } = openScreen(binding, ({ fake }) => {
      fake.script("status", { hold: true });
    });
    await expect.poll(() => fake.count("status")).toBe(1);
    unmount();
    await clock.settle();
    expect(fake.calls[0]?.signal.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("leaves no timer of a cooldown and of a countdown either (B14)", async () => {
    const screen = openScreen(binding);
    await codeSent(screen);
    await expect.element(screen.resend).toHaveTextContent("60");
    expect(screen.clock.pending).toBeGreaterThan(0);
    screen.unmount();
    await screen.clock.settle();
    expect(screen.clock.pending).toBe(0);
  });

  test("keeps the flow when other options of the same user come, and gives another user a flow", async () => {
    const screen = openScreen(binding);
    const { fake, clock, options, update } = screen;
    await codeSent(screen);
    update({ ...options, user: { id: 7, email: " person@example.com\n" }, policy: { cooldownMs: 1 } });
    update({ ...options, user: { id: 7 } });
    await clock.settle();
    expect(screen.operations()).toEqual(["status", "sendEmailCode"]);

    fake.script("status", { hold: true });
    update({ ...options, user: { id: 8, email: "other@example.com" } });
    await expect.poll(() => fake.count("status")).toBe(2);
    await expect.element(screen.status).toHaveTextContent("Checking your details…");
    update({ ...options, user: { id: 8, email: "right@example.com" } });
    await codeSent(screen, 2);
    expect(fake.calls.map(({ userId, signal }) => [userId, signal.aborted])).toEqual([
      [7, false],
      [7, false],
      [8, true],
      [8, false],
      [8, false],
    ]);
    expect(fake.calls.at(-1)).toMatchObject({ argument: "right@example.com" });
  });

  test("reports a later user that is invalid and sends nothing, and continues with the next one", async () => {
    const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
    const screen = openScreen(binding);
    const { fake, options, update, status } = screen;
    await codeSent(screen);
    update({ ...options, user: { id: 9, email: "no address" } });
    await expect.element(status).toHaveTextContent("Something went wrong in this app.");
    expect(complaints.mock.calls.flat()).toContainEqual(expect.stringContaining("user.email must be"));
    expect(fake.calls).toHaveLength(2);
    update({ ...options, user: { id: 9, email: "late@example.com" } });
    await codeSent(screen, 2);
    expect(fake.calls.at(-1)).toMatchObject({ userId: 9, argument: "late@example.com" });
    complaints.mockRestore();
  });

  test("throws when the first options are invalid, without their values", async () => {
    const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
    const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
    const thrown: string[] = [];
    const catchError = (event: ErrorEvent) => {
      event.preventDefault();
      thrown.push(String(event.error));
    };
    window.addEventListener("error", catchError);
    try {
      openScreen(binding, () => ({ user: { id: 7, email: "no address" } }));
    } catch (error) {
      thrown.push(String(error));
    }
    const reported = () => [...thrown, ...complaints.mock.calls.flat().map(String)].join("\n");
    await expect.poll(reported).toContain("veristep: user.email must be the registered e-mail address");
    expect(reported()).not.toContain("no address");
    window.removeEventListener("error", catchError);
    complaints.mockRestore();
    warnings.mockRestore();
  });

  test("shows the newest messages: the user may change the language", async () => {
    const { options, update, status, code } = openScreen(binding);
    await expect.element(status).toHaveTextContent("We sent a 6-digit code");
    update({ ...options, messages: bulgarian });
    await expect.element(status).toHaveTextContent("Изпратихме 6-цифрен код");
    await expect.element(code).toHaveAccessibleDescription(/^Изпратихме/);
  });

  test("warns once in development that another `api` is ignored", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const screen = openScreen(binding);
    const { options, update, clock } = screen;
    await codeSent(screen);
    for (let time = 0; time < 2; time += 1) {
      update({ ...options, api: { ...options.api } });
      await clock.settle();
    }
    const ours = () => warned.mock.calls.flat().filter((text) => String(text).startsWith("veristep"));
    await expect.poll(ours).toEqual([expect.stringContaining("`api` has changed")]);
    expect(screen.operations()).toEqual(["status", "sendEmailCode"]);
    warned.mockRestore();
  });
}
