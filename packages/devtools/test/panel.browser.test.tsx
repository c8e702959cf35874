import { createVerification } from "@veristep/core";
import { createFakeApi } from "@veristep/core/testing";
import { createSandbox } from "@veristep/sandbox";
import { expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { bulgarian } from "../src/bulgarian.js";
import { connectDevtools } from "../src/index.js";
import { createTimeline, defineDevtools, sandboxFaults, type VeristepDevtools } from "../src/parts.js";

const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

function startFlow() {
  const fake = createFakeApi();
  const flow = createVerification({
    api: fake.api,
    user: { id: 7, email: "person@example.com" },
  })._unsafeUnwrap();
  return { ...fake, flow };
}

/** A panel within the page, about a flow that has sent its first code. */
async function showPanel(prepare: (panel: VeristepDevtools) => void = () => {}) {
  const { flow, service } = startFlow();
  const timeline = createTimeline();
  timeline.follow(flow);
  defineDevtools();
  const panel = document.createElement("veristep-devtools");
  panel.timeline = timeline;
  prepare(panel);
  document.body.append(panel);
  flow.start();
  await eventually(() => expect(service.codes.email).not.toBeNull());
  const root = panel.shadowRoot;
  if (root === null) throw new Error("The panel has no content");
  const find = (selector: string): HTMLElement => {
    const found = root.querySelector<HTMLElement>(selector);
    if (found === null) throw new Error(`There is no ${selector}`);
    return found;
  };
  const tab = (name: string) => find(`[role=tab][data-name="${name}"]`);
  return { panel, root, find, tab, flow, service };
}

test("the timeline shows each event with its reason, and a link to the rule", async () => {
  const { find } = await showPanel();
  await eventually(() => expect(find(".entries").innerText).toContain("Send an e-mail code"));
  expect(find(".entries").innerText).toContain("a deadline that a reload doesn’t lengthen. B7");
  expect(find(".entries a.rule").getAttribute("href")).toContain("docs/behaviour.md");
});

test("the chart lights the states of each region, and the arrow of the last step", async () => {
  const { find, tab, root, service, flow } = await showPanel();
  tab("chart").click();
  const lit = (chart: string) =>
    [...root.querySelectorAll(`[data-chart=${chart}] .node[data-lit]`)].map((node) =>
      node.getAttribute("data-state"),
    );
  await eventually(() => expect(lit("delivery")).toEqual(["phonePending.delivery.coolingDown"]));
  expect(lit("flow")).toEqual(["emailPending"]);
  expect(lit("entry")).toEqual(["phonePending.entry.waitingForCode"]);
  expect(lit("lock")).toEqual(["phonePending.lock.open"]);
  expect(find("dd[data-part=flow]").innerText).toBe("emailPending");
  const ways = () =>
    [...root.querySelectorAll("[data-chart=delivery] path[data-lit]")].map((way) =>
      way.getAttribute("data-from"),
    );
  expect(ways()).toEqual(["phonePending.delivery.sending"]);
  flow.submitCode(service.codes.email ?? "");
  await eventually(() => expect(lit("flow")).toEqual(["phoneNeeded"]));
});

test("the view is shown as JSON, without the code (B26)", async () => {
  const { find, tab, service } = await showPanel();
  tab("view").click();
  await eventually(() =>
    expect(JSON.parse(find("pre").innerText)).toMatchObject({ step: "email", awaiting: "code" }),
  );
  expect(find("pre").innerText).not.toContain(service.codes.email);
});

test("arrow keys move through the tabs, which name their panels", async () => {
  const { find, tab, root } = await showPanel();
  tab("timeline").focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(tab("chart").getAttribute("aria-selected")).toBe("true");
  expect(root.activeElement).toBe(tab("chart"));
  expect(find("[data-panel=chart]").getAttribute("aria-labelledby")).toBe(tab("chart").id);
  await userEvent.keyboard("{End}");
  expect(tab("view").getAttribute("aria-selected")).toBe("true");
  await userEvent.keyboard("{ArrowRight}");
  expect(tab("timeline").getAttribute("aria-selected")).toBe("true");
});

test("the switches set the faults of a sandbox, and show when one is spent", async () => {
  const sandbox = createSandbox();
  const userId = sandbox.addUser({ email: "person@example.com" });
  const { find, tab } = await showPanel((panel) => {
    panel.faults = sandboxFaults(sandbox);
  });
  tab("faults").click();
  const option = (mode: string) => find(`[data-name=status5xx] input[value=${mode}]`) as HTMLInputElement;
  option("next").click();
  const ask = () =>
    sandbox.fetch(`http://localhost/User/${userId}/status`, {
      headers: { authorization: `Bearer ${sandbox.mintToken().token}` },
    });
  let status = 200;
  await eventually(async () => {
    ({ status } = await ask());
    expect(status).toBe(503);
  });
  await eventually(() => expect(option("off").checked).toBe(true));
  expect((await ask()).status).toBe(200);
});

test("a child with data-tab becomes a tab, and texts are in the panel's language", async () => {
  const { find, tab } = await showPanel((panel) => {
    panel.texts = bulgarian;
    panel.innerHTML = `<pre id="code" data-tab="Код">createVerification()</pre>`;
  });
  expect(tab("timeline").innerText).toBe("Събития");
  tab("code").click();
  const slot = find("[data-panel=code] slot") as HTMLSlotElement;
  expect(slot.assignedElements()[0]?.textContent).toBe("createVerification()");
});

test("connectDevtools shows a drawer behind a button, and takes both away again", async () => {
  const { flow } = startFlow();
  const { disconnect } = connectDevtools(flow);
  flow.start();
  const root = document.querySelector("veristep-devtools")?.shadowRoot;
  const button = root?.querySelector<HTMLElement>(".toggle");
  const section = root?.querySelector<HTMLElement>("section");
  expect(button?.getAttribute("aria-expanded")).toBe("false");
  expect(section?.checkVisibility()).toBe(false);
  button?.click();
  expect(button?.getAttribute("aria-expanded")).toBe("true");
  await eventually(() => expect(section?.innerText).toContain("Read the status"));
  disconnect();
  expect(document.querySelector("veristep-devtools")).toBeNull();
});
