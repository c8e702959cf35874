import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { FaultRule } from "@veristep/sandbox";
import { codeInput, hearAnnouncements } from "@veristep/e2e";
import { describe, expect } from "vitest";
import { finish, reachEmailCode, reachNumber, reachPhoneCode } from "./support/person.js";
import { PHONE, test } from "./support/world.js";

test.concurrent("B5: the whole flow, from an unknown person to a verified one", async ({ world }) => {
  const tab = await reachPhoneCode(world);
  await tab.submitCode(world.code("phone"));
  await tab.sees({ step: "verified", evidence: { email: { by: "code" }, phone: { by: "code" } } });
  expect(world.sandbox.users()).toMatchObject([{ isEmailVerified: true, isPhoneVerified: true }]);
  expect([world.sends(), world.confirms()]).toEqual([2, 2]);
});

test.concurrent("B3: impatient presses make one request", async ({ world }) => {
  const tab = await reachEmailCode(world);
  world.hold("confirmEmail", "before");
  await codeInput(tab.page).fill(world.code("email"));
  await tab.page.getByRole("button", { name: "Confirm" }).dblclick();
  await codeInput(tab.page).press("Enter");
  await codeInput(tab.page).press("Enter");
  await tab.sees({ activities: ["confirming"] });
  await world.release();
  await tab.sees({ step: "phoneEntry" });
  expect(world.confirms()).toBe(1);
});

const faults: ReadonlyArray<FaultRule["fault"]> = [
  { kind: "dropBefore" },
  { kind: "dropAfter" },
  { kind: "cutBody" },
  { kind: "htmlBody" },
  { kind: "wrongContentType" },
  { kind: "redirect" },
  { kind: "hugeBody" },
  { kind: "unauthorized" },
  { kind: "status5xx", body: "html", processed: true },
];

const named = faults.map((fault) => ({ name: fault.kind, fault }));

describe.concurrent("B2, B22: a right code never becomes a wrong one", () => {
  test.for(named)("when the answer to its confirm meets $name", async ({ fault }, { world }) => {
    let heard = async (): Promise<readonly string[]> => [];
    const tab = await reachEmailCode(world, {}, async (page) => {
      heard = await hearAnnouncements(page);
    });
    world.sandbox.addFault({ operation: "confirmEmail", fault });
    await finish(world, tab);
    expect((await heard()).filter((text) => text.includes("wrong"))).toEqual([]);
  });
});

describe.concurrent("B1, B22: the flow repeats no send that may have gone out", () => {
  test.for(named)("when the answer to it meets $name", async ({ fault }, { world }) => {
    const tab = await reachNumber(world);
    world.sandbox.addFault({ operation: "sendPhoneCode", fault });
    // Counted in the page: what Chromium repeats by itself no page can know or prevent.
    let requests = 0;
    tab.page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/send-code")) requests += 1;
    });
    await tab.submitPhone(PHONE);
    await tab.settles();
    expect(requests).toBe(["unauthorized", "status5xx", "redirect"].includes(fault.kind) ? 2 : 1);
    await finish(world, tab);
  });
});

test.concurrent("B21: a redirect is not followed: neither the token nor the code goes along", async ({
  world,
}) => {
  const arrived: string[] = [];
  const elsewhere = createServer((request, response) => {
    arrived.push(`${request.method} ${request.url}`);
    const allow = "access-control-allow";
    response
      .setHeader(`${allow}-origin`, "*")
      .setHeader(`${allow}-headers`, "authorization, content-type")
      .end();
  });
  await once(elsewhere.listen(0, "127.0.0.1"), "listening");
  // A server on TCP has an address of this shape while it listens.
  const { port } = elsewhere.address() as AddressInfo;
  const tab = await reachEmailCode(world);
  const location = `http://127.0.0.1:${port}/`;
  world.sandbox.addFault({ operation: "confirmEmail", fault: { kind: "redirect", location } });
  await tab.submitCode(world.code("email"));
  // The same code is tried once more, where it belongs.
  await tab.sees({ step: "phoneEntry" });
  expect(arrived).toEqual([]);
  elsewhere.close();
});
