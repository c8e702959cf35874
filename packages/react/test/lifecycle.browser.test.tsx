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
  // The parts that don't change with the cooldown stay the same objects.
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
