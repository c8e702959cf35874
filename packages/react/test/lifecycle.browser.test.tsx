import { english } from "@veristep/core";
import { StrictMode, type ReactNode } from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, expect, test, vi } from "vitest";
import { useVerification, type UseVerification, type UseVerificationOptions } from "@veristep/react";
import { eventually } from "./support/eventually.js";
import { createWorld, Screen, type World } from "./support/world.js";

/*
 * Rendered as an app does it, without `act`: what matters here is what React does by itself, and when.
 */

const roots = new Set<Root>();
const mount = (ui: ReactNode): Root => {
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  roots.add(root);
  root.render(ui);
  return root;
};

afterEach(() => {
  for (const root of roots) root.unmount();
  roots.clear();
  document.body.replaceChildren();
});

const codeSent = async ({ fake, clock }: World) => {
  await eventually(() => {
    expect(fake.count("sendEmailCode")).toBeGreaterThan(0);
  });
  await clock.settle();
};

test("B31: under StrictMode the status is read once and one code is sent, and nothing is aborted", async () => {
  const world = createWorld();
  mount(
    <StrictMode>
      <Screen options={world.options} />
    </StrictMode>,
  );
  await codeSent(world);
  expect(world.operations()).toEqual(["status", "sendEmailCode"]);
  expect(world.fake.calls.map(({ signal }) => signal.aborted)).toEqual([false, false]);
});

test("B14: once unmounted, a flow has no request and no timer left", async () => {
  const { fake, clock, options } = createWorld();
  fake.script("status", { hold: true });
  const root = mount(<Screen options={options} />);
  await eventually(() => {
    expect(fake.count("status")).toBe(1);
  });
  expect(fake.calls[0]?.signal.aborted).toBe(false);
  root.unmount();
  await Promise.resolve();
  expect(fake.calls[0]?.signal.aborted).toBe(true);
  expect(clock.pending).toBe(0);
});

test("B14: unmounted in the middle of a cooldown, it leaves no timer either", async () => {
  const world = createWorld();
  const root = mount(<Screen options={world.options} />);
  await codeSent(world);
  expect(world.clock.pending).toBeGreaterThan(0);
  root.unmount();
  await Promise.resolve();
  expect(world.clock.pending).toBe(0);
});

test("new options of the same person change nothing; another person gets a flow of his own", async () => {
  const world = createWorld();
  const { fake, clock, options } = world;
  const root = mount(<Screen options={options} />);
  await codeSent(world);
  root.render(<Screen options={{ ...options, user: { ...options.user }, policy: { cooldownMs: 1 } }} />);
  await clock.settle();
  expect(world.operations()).toEqual(["status", "sendEmailCode"]);

  fake.script("status", { hold: true });
  root.render(<Screen options={{ ...options, user: { ...options.user, id: 8 } }} />);
  await eventually(() => {
    expect(fake.count("status")).toBe(2);
  });
  // The first one's cooldown is gone with it.
  expect(clock.pending).toBe(0);
  root.render(<Screen options={{ ...options, user: { ...options.user, id: 9 } }} />);
  await eventually(() => {
    expect(fake.count("sendEmailCode")).toBe(2);
  });
  expect(fake.calls.map(({ userId, signal }) => [userId, signal.aborted])).toEqual([
    [7, false],
    [7, false],
    [8, true],
    [9, false],
    [9, false],
  ]);
});

test("commands keep their identity, and the view its own, until something changes", async () => {
  const world = createWorld();
  const seen: UseVerification[] = [];
  const Recorder = ({ options }: { readonly options: UseVerificationOptions }) => {
    seen.push(useVerification(options));
    return null;
  };
  const root = mount(<Recorder options={world.options} />);
  await codeSent(world);
  const before = seen.at(-1);
  root.render(<Recorder options={{ ...world.options }} />);
  await eventually(() => {
    expect(seen.at(-1)).not.toBe(before);
  });
  expect(seen.at(-1)?.view).toBe(before?.view);
  await world.clock.advance(60_000);
  await eventually(() => {
    expect(seen.at(-1)?.view.resend?.allowed).toBe(true);
  });
  // What hasn't changed with the cooldown is the same object.
  expect(seen.at(-1)?.view.code).toBe(before?.view.code);
  expect(new Set(seen.map(({ commands }) => commands)).size).toBe(1);
});

test("what a server has rendered is hydrated without a complaint, and starts there", async () => {
  const world = createWorld();
  const html = renderToString(<Screen options={world.options} />);
  expect(html).toContain("Checking your details…");
  await world.clock.settle();
  expect(world.operations()).toEqual([]);

  const complaints = vi.spyOn(console, "error");
  const recovered: unknown[] = [];
  const container = document.body.appendChild(document.createElement("div"));
  container.innerHTML = html;
  roots.add(
    hydrateRoot(
      container,
      <StrictMode>
        <Screen options={world.options} />
      </StrictMode>,
      { onRecoverableError: (error) => recovered.push(error) },
    ),
  );
  await codeSent(world);
  expect(world.operations()).toEqual(["status", "sendEmailCode"]);
  await eventually(() => {
    expect(container.textContent).toContain("We sent a 6-digit code");
  });
  expect(recovered).toEqual([]);
  expect(complaints).not.toHaveBeenCalled();
});

test("flow.md 18: another address of the same user begins a flow that sends to it; the same one doesn't", async () => {
  const world = createWorld();
  const { fake, clock, options } = world;
  const root = mount(<Screen options={options} />);
  await codeSent(world);
  for (const email of [" person@example.com\n", undefined]) {
    const user = email === undefined ? { id: 7 } : { id: 7, email };
    root.render(<Screen options={{ ...options, user }} />);
    await clock.settle();
  }
  expect(fake.count("sendEmailCode")).toBe(1);
  const user = { id: 7, email: "right@example.com" };
  root.render(<Screen options={{ ...options, user }} />);
  await eventually(() => {
    expect(
      fake.calls.flatMap(({ operation, argument }) => (operation === "sendEmailCode" ? [argument] : [])),
    ).toEqual(["person@example.com", "right@example.com"]);
  });
});

test("flow.md 18: another number of the same user begins a flow; one that comes later than the flow doesn't", async () => {
  const { fake, clock, options } = createWorld();
  fake.service.verified.email = true;
  const user = { ...options.user, phone: "+359888123456" };
  const root = mount(<Screen options={{ ...options, user: { id: 7, email: user.email } }} />);
  await eventually(() => {
    expect(document.body.querySelector("input[type=tel]")).not.toBeNull();
  });
  root.render(<Screen options={{ ...options, user }} />);
  await clock.settle();
  expect(fake.count("sendPhoneCode")).toBe(0);
  root.unmount();
  const other = mount(<Screen options={{ ...options, user }} />);
  await eventually(() => {
    expect(fake.count("sendPhoneCode")).toBe(1);
  });
  other.render(<Screen options={{ ...options, user: { ...user, phone: "+359888123457" } }} />);
  await eventually(() => {
    expect(fake.service.phone).toBe("+359888123457");
  });
});

test("flow.md 18: another `api` alone is ignored, with one warning in development", async () => {
  const world = createWorld();
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  const root = mount(<Screen options={world.options} />);
  await codeSent(world);
  root.render(<Screen options={{ ...world.options }} />);
  await world.clock.settle();
  expect(warned).not.toHaveBeenCalled();
  for (let time = 0; time < 3; time += 1) {
    root.render(<Screen options={{ ...world.options, api: { ...world.options.api } }} />);
    await world.clock.settle();
  }
  await eventually(() => {
    expect(warned.mock.calls).toEqual([[expect.stringContaining("`api` has changed")]]);
  });
  expect(world.operations()).toEqual(["status", "sendEmailCode"]);
  warned.mockRestore();
});

test("flow.md 14: the next user's address with a space is trimmed, and an invalid one is reported without a throw", async () => {
  const world = createWorld();
  const { fake, options } = world;
  const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
  const root = mount(<Screen options={options} />);
  await codeSent(world);
  root.render(<Screen options={{ ...options, user: { id: 8, email: "\u200bnext@example.com \n" } }} />);
  await eventually(() => {
    expect(fake.calls.at(-1)).toMatchObject({ operation: "sendEmailCode", argument: "next@example.com" });
  });
  const calls = fake.calls.length;
  for (const user of [
    { id: 9, email: "no address" },
    { id: Number.NaN, email: "next@example.com" },
    { id: 10 },
  ]) {
    root.render(<Screen options={{ ...options, user }} />);
    await eventually(() => {
      expect(document.body.textContent).toContain(english.messages.invalidRequest);
    });
  }
  expect(complaints.mock.calls.flat()).toContainEqual(expect.stringContaining("user.email must be"));
  expect(fake.calls).toHaveLength(calls);
  root.render(<Screen options={{ ...options, user: { id: 10, email: "late@example.com" } }} />);
  await eventually(() => {
    expect(fake.calls.at(-1)).toMatchObject({ operation: "sendEmailCode", argument: "late@example.com" });
  });
  complaints.mockRestore();
});
