import { createFakeApi } from "@veristep/core/testing";
import { createGateway, forwardedFor, type GatewayEvent } from "@veristep/gateway";
import { describe, expect, test } from "vitest";
import { createWorld, PHONE, type World } from "./support/world.js";

/*
 * Public failures of other servers that send and check codes. Each test has the link above it. The failures of
 * token sources are tested in @veristep/http.
 */

const number = (index: number): string => `+336123${String(45_000 + index).padStart(5, "0")}`;

/** Sends by a new user each time. */
const sendAs = (world: World, phone: string, headers: Record<string, string> = {}) =>
  world.post("/phone/send", { phone }, world.addUser(), headers);

const statuses = async (times: number, send: (index: number) => Promise<{ readonly status: number }>) => {
  const found: number[] = [];
  for (let index = 0; index < times; index += 1) found.push((await send(index)).status);
  return found;
};

const accepted = (found: readonly number[]): number => found.filter((status) => status === 200).length;

const perAddress = { max: 3, windowMs: 3_600_000 };

describe("the client's address", () => {
  // https://github.com/kennedyifeadi/vellum/issues/29
  // https://github.com/profullstack/qryptchat-web/issues/79
  test("gives no fresh limit for a made-up X-Forwarded-For", async () => {
    const world = createWorld({ limits: { perAddress }, clientAddress: forwardedFor({ trustedHops: 1 }) });
    const found = await statuses(6, (index) =>
      sendAs(world, number(index), { "x-forwarded-for": `198.51.100.${index}, 203.0.113.9` }),
    );
    expect(accepted(found)).toBe(perAddress.max);
  });

  // https://github.com/n24q02m/better-telegram-mcp/issues/68
  test("is asked after the user's own limits, and one client behind a proxy bars no other", async () => {
    const world = createWorld({ limits: { perAddress }, clientAddress: forwardedFor({ trustedHops: 2 }) });
    const from = (client: string) => ({ "x-forwarded-for": `${client}, 10.0.0.1` });
    const attacker = world.addUser();
    // One user who asks again and again is stopped by the user's own cooldown, which costs the address nothing.
    await statuses(20, () => world.post("/email/send", {}, attacker, from("203.0.113.9")));
    expect(accepted(await statuses(2, (index) => sendAs(world, number(index), from("203.0.113.9"))))).toBe(2);
    expect(
      accepted(await statuses(3, (index) => sendAs(world, number(9 + index), from("203.0.113.9")))),
    ).toBe(0);
    expect(
      accepted(await statuses(3, (index) => sendAs(world, number(20 + index), from("203.0.113.10")))),
    ).toBe(3);
  });

  // https://github.com/simstudioai/sim/issues/4312
  // https://github.com/dubinc/dub/pull/3999
  test("has no shared bucket for requests without one: the limit doesn't apply, and an event says so", async () => {
    const world = createWorld({ limits: { perAddress }, clientAddress: forwardedFor({ trustedHops: 1 }) });
    const found = await statuses(6, (index) =>
      sendAs(world, number(index), index % 2 === 0 ? {} : { "x-forwarded-for": "unknown" }),
    );
    expect(accepted(found)).toBe(6);
    expect(world.events.filter(({ kind }) => kind === "noAddress")).toHaveLength(6);
  });

  // https://github.com/Team-Commonly/commonly/issues/656
  test("groups IPv6 by /64, and IPv4 mapped into IPv6 as IPv4", async () => {
    const send = async (addressOf: (index: number) => string) => {
      const world = createWorld({ limits: { perAddress }, clientAddress: forwardedFor({ trustedHops: 1 }) });
      return accepted(
        await statuses(6, (index) => sendAs(world, number(index), { "x-forwarded-for": addressOf(index) })),
      );
    };
    expect(await send((index) => `2001:db8:0:1:${index}::${index}`)).toBe(perAddress.max);
    expect(await send((index) => `2001:db8:0:${index}::1`)).toBe(6);
    expect(await send((index) => (index % 2 === 0 ? "203.0.113.9" : "::ffff:203.0.113.9"))).toBe(
      perAddress.max,
    );
  });
});

describe("the destination", () => {
  // https://github.com/shesha-io/shesha-framework/issues/4773
  test("has a limit over all users: one number isn't flooded through many accounts, by resends neither", async () => {
    const world = createWorld({ limits: { perDestination: { max: 4, windowMs: 3_600_000 } } });
    const sessions = Array.from({ length: 8 }, () => world.addUser());
    const found: number[] = [];
    for (const session of sessions)
      found.push((await world.post("/phone/send", { phone: PHONE }, session)).status);
    await world.clock.advance(60_000);
    for (const session of sessions) found.push((await world.post("/phone/resend", {}, session)).status);
    expect(accepted(found)).toBe(4);
    await world.clock.advance(3_600_000);
    expect(accepted(await statuses(2, () => sendAs(world, PHONE)))).toBe(2);
  });

  // https://github.com/hackclub/hcb/issues/13084
  // https://github.com/FusionAuth/fusionauth-issues/issues/3547
  // https://github.com/azure-ad-b2c/samples/issues/679
  // https://github.com/netzbegruenung/keycloak-mfa-plugins/issues/397
  describe("is no target for SMS pumping", () => {
    test("because a country that isn't on the list gets nothing, whatever its calling code shares", async () => {
      const world = createWorld({ destinations: { countries: ["US", "FR"] } });
      // Jamaica and the United States share +1.
      for (const phone of ["+18765551234", "+359888123456", "+447700900123", "+8835100123456"])
        expect(await sendAs(world, phone)).toMatchObject({
          status: 422,
          body: { failure: { kind: "contactRefused", reason: "notAllowed", origin: "gateway" } },
        });
      expect(world.sent()).toBe(0);
      expect(await sendAs(world, "+12125551234")).toMatchObject({ status: 200 });
    });

    test("because a prefix gets no more than its usual traffic, after a warning", async () => {
      const world = createWorld({ limits: { perPrefix: { floor: 6, factor: 4 }, perAddress: null } });
      const found = await statuses(12, (index) => sendAs(world, number(index)));
      expect(accepted(found)).toBe(6);
      expect(
        world.events.filter(({ kind }) => kind === "warning" || kind === "exceeded").slice(0, 2),
      ).toEqual([
        { kind: "warning", limit: "prefix", country: "FR", prefix: "+3361234", measured: 3, allowed: 6 },
        {
          kind: "exceeded",
          decision: "refuse",
          limit: "prefix",
          country: "FR",
          prefix: "+3361234",
          measured: 7,
          allowed: 6,
        },
      ]);
      // Another prefix of the same country isn't affected.
      expect(await sendAs(world, "+33698765432")).toMatchObject({ status: 200 });
    });

    test("because unconfirmed codes trip a circuit breaker, which asks the app", async () => {
      const asked: unknown[] = [];
      const world = createWorld({
        limits: {
          conversion: { minSends: 10, dropTo: 0.5, expected: 0.4 },
          perAddress: null,
          whenExceeded: (excess) => {
            asked.push(excess);
            return asked.length === 1 ? "allow" : "refuse";
          },
        },
      });
      expect(accepted(await statuses(10, (index) => sendAs(world, number(index))))).toBe(10);
      await world.clock.advance(900_000);
      // The callback lets the first one pass for the country, and refuses for the prefix.
      expect(await sendAs(world, number(50))).toMatchObject({
        status: 429,
        body: { failure: { kind: "throttled" } },
      });
      expect(asked).toEqual([
        { limit: "conversion", country: "FR", prefix: null, measured: 0, allowed: 0.2 },
        { limit: "conversion", country: "FR", prefix: "+3361234", measured: 0, allowed: 0.2 },
      ]);
    });

    test("because everything together has a budget, after which a callback decides", async () => {
      let answer: "allow" | "refuse" = "refuse";
      const world = createWorld({ limits: { perHour: 5, whenExceeded: () => answer } });
      expect(accepted(await statuses(8, (index) => sendAs(world, `+3361234${5_000 + index}`)))).toBe(5);
      expect(world.events.find(({ kind }) => kind === "warning")).toMatchObject({
        limit: "budget",
        measured: 4,
      });
      answer = "allow";
      expect(await sendAs(world, number(99))).toMatchObject({ status: 200 });
    });
  });

  // https://github.com/authgear/authgear-server/issues/5527
  test("is measured by its own day before, with a floor, so that a large country isn't held to a small one's limit", async () => {
    const world = createWorld({
      limits: {
        perPrefix: { floor: 4, factor: 3 },
        perCountry: null,
        perHour: null,
        perAddress: null,
        conversion: null,
      },
    });
    const large = (index: number) => `+33698760${String(index % 1_000).padStart(3, "0")}`;
    // A day with four sends in each quarter of an hour, as many as the floor allows.
    const midnight = Date.UTC(2026, 0, 2);
    world.clock.setTime(midnight);
    for (let quarter = 0, index = 0; quarter < 96; quarter += 1) {
      for (let send = 0; send < 4; send += 1, index += 1) await sendAs(world, large(index));
      await world.clock.advance(900_000);
    }
    expect(accepted(await statuses(16, (index) => sendAs(world, large(index))))).toBe(12);
    expect(accepted(await statuses(16, (index) => sendAs(world, number(index))))).toBe(4);
  });
});

// Seen here: a 401 or 429 of the gateway read as the service's own.
describe("an outcome", () => {
  const gatewayOver = (fake: ReturnType<typeof createFakeApi>, events: GatewayEvent[], isSignedIn = true) =>
    createGateway({
      api: fake.api,
      identify: () => (isSignedIn ? { userId: 1, email: "person@example.com" } : null),
      destinations: { countries: ["FR"] },
      onEvent: (event) => events.push(event),
    });
  const send = async (gateway: ReturnType<typeof createGateway>) => {
    const response = await gateway(
      new Request("https://shop.example/verification/email/send", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      }),
    );
    return { status: response.status, body: await response.json() };
  };

  test("says whose verdict it is: the session's, a limit's or the service's", async () => {
    const fake = createFakeApi();
    const events: GatewayEvent[] = [];
    expect(await send(gatewayOver(fake, events, false))).toMatchObject({
      status: 401,
      body: { failure: { kind: "unauthorized", origin: "gateway" } },
    });
    const gateway = gatewayOver(fake, events);
    fake.script("sendEmailCode", {
      fail: { kind: "unauthorized", origin: "service", traceId: "trace-401" },
    });
    // The merchant's token was refused. A 401 would make the page ask this user to sign in.
    expect(await send(gateway)).toMatchObject({
      status: 502,
      body: { failure: { kind: "unauthorized", origin: "service", traceId: "trace-401" } },
    });
    fake.script("sendEmailCode", {
      fail: { kind: "throttled", retryAfterMs: 5_000, origin: "service", traceId: null },
    });
    expect(await send(gateway)).toMatchObject({
      status: 429,
      body: { failure: { kind: "throttled", origin: "service" } },
    });
    await send(gateway);
    expect(await send(gateway)).toMatchObject({
      status: 429,
      body: { failure: { kind: "throttled", origin: "gateway" } },
    });
    expect(events.map((event) => (event.kind === "decision" ? event.by : event.kind))).toEqual([
      "session",
      "noAddress",
      "service",
      "noAddress",
      "service",
      "noAddress",
      "service",
      "cooldown",
    ]);
  });
});
