import { createVerification } from "@veristep/core";
import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { promisedCodes, Telemetry, verifyContact } from "@veristep/headless";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Metric from "effect/Metric";
import * as Tracer from "effect/Tracer";
import { expect, test } from "vitest";

const EMAIL = "person@example.com";

/** Drives a flow to its end, and returns all that a tracer received. */
async function traced(isOn: boolean) {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  const spans: Tracer.NativeSpan[] = [];
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options);
      spans.push(span);
      return span;
    },
  });
  const verification = createVerification({
    api: fake.api,
    user: { id: 7, email: EMAIL },
    clock,
  })._unsafeUnwrap();
  const done = Effect.runPromise(
    verifyContact({
      verification,
      userId: 7,
      email: EMAIL,
      phone: "+359888123456",
      clock,
      codes: promisedCodes(({ channel }) => Promise.resolve(fake.service.codes[channel] ?? "")),
    }).pipe(
      Effect.provideService(Telemetry, isOn),
      Effect.withTracer(tracer),
      Effect.andThen(Metric.snapshot),
      Effect.provideService(Metric.MetricRegistry, new Map()),
      Effect.provideContext(Context.empty()),
    ),
  );
  await clock.advance(1_000);
  return { spans, metrics: await done };
}

test("makes no span and no metric by default", async () => {
  const { spans, metrics } = await traced(false);
  expect(spans).toEqual([]);
  expect(metrics).toEqual([]);
});

test("makes one span with steps and sends, and counts, without personal data (B26)", async () => {
  const { spans, metrics } = await traced(true);
  expect(spans.map(({ name }) => name)).toEqual(["veristep.verifyContact"]);
  expect(spans[0]?.events.map(([name]) => name)).toEqual([
    "step checking",
    "step email",
    "send",
    "step phoneEntry",
    "step phone",
    "send",
    "step verified",
  ]);
  expect([...(spans[0]?.attributes ?? [])]).toEqual([["veristep.end", "verified"]]);
  const counted = metrics.map(({ id, attributes, state }) => ({ id, attributes, state }));
  expect(counted).toContainEqual(
    expect.objectContaining({ id: "veristep_flows", attributes: { end: "verified" } }),
  );
  expect(counted.filter(({ id }) => id === "veristep_sends")).toHaveLength(2);
  const all = JSON.stringify([spans[0]?.events, counted], (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  expect(all).not.toMatch(/person|example\.com|359|•/);
});
