import * as v from "valibot";
import { operations, type Operation } from "./operations.js";

/** The longest delay, and the largest body, that a fault can ask for. */
const maxDelayMs = 3_600_000;
const maxHugeBytes = 64 * 1024 * 1024;

/** What may stand in a header: anything else would be refused by the platform, or split the header. */
const headerText = v.pipe(
  v.string(),
  v.maxLength(1000),
  v.regex(/^[\x20-\x7e]*$/, "must be printable ASCII"),
);

const faultVariants = v.variant("kind", [
  v.strictObject({ kind: v.literal("dropBefore") }),
  v.strictObject({ kind: v.literal("dropAfter") }),
  v.strictObject({
    kind: v.literal("delay"),
    ms: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxDelayMs)),
    when: v.picklist(["before", "after"]),
  }),
  v.strictObject({ kind: v.literal("duplicate") }),
  v.strictObject({
    kind: v.literal("status5xx"),
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(500), v.maxValue(599)), 500),
    body: v.optional(v.picklist(["empty", "html", "problem"]), "empty"),
    processed: v.optional(v.boolean(), false),
  }),
  v.strictObject({ kind: v.literal("unauthorized") }),
  v.strictObject({
    kind: v.literal("throttled"),
    retryAfter: v.optional(v.union([v.pipe(v.number(), v.integer(), v.minValue(0)), headerText])),
  }),
  v.strictObject({
    kind: v.literal("notRouted"),
    body: v.optional(v.picklist(["empty", "json"]), "json"),
  }),
  v.strictObject({ kind: v.literal("falseSuccess") }),
  v.strictObject({ kind: v.literal("cutBody") }),
  v.strictObject({ kind: v.literal("htmlBody") }),
  v.strictObject({ kind: v.literal("wrongContentType") }),
  v.strictObject({
    kind: v.literal("redirect"),
    status: v.optional(v.picklist([301, 302, 303, 307, 308]), 307),
    location: v.optional(v.pipe(headerText, v.minLength(1)), "https://elsewhere.invalid/"),
  }),
  v.strictObject({
    kind: v.literal("hugeBody"),
    bytes: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxHugeBytes)),
      2 * 1024 * 1024,
    ),
  }),
]);

/** The kinds of {@link Fault}. */
export const faultKinds = faultVariants.options.map(({ entries }) => entries.kind.literal);

/** The schema of {@link FaultRule}; `POST /_sandbox/faults` is checked with it as well. */
export const faultRuleSchema = v.strictObject({
  operation: v.picklist([...operations, "*"]),
  fault: faultVariants,
  times: v.optional(v.union([v.pipe(v.number(), v.integer(), v.minValue(1)), v.literal("always")])),
  skip: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
});

/** A fault with its defaults filled in. */
export type ResolvedFault = v.InferOutput<typeof faultVariants>;

/** A rule with its defaults filled in. */
export type ResolvedFaultRule = v.InferOutput<typeof faultRuleSchema>;

/**
 * A fault of one request (B54). "Processed" says whether the service still acts on the request.
 *
 * | kind | processed | what the client sees |
 * |---|---|---|
 * | `dropBefore` | no | the connection is reset, without an answer |
 * | `dropAfter` | yes | the connection is reset, without an answer |
 * | `delay` | yes | the answer, `ms` later; a client that gives up in a delay `before` is never processed |
 * | `duplicate` | twice | the second answer, as behind a proxy that repeats requests |
 * | `status5xx` | if `processed` (no) | the `status` (500) with an `empty` (the default), `html` or `problem` body |
 * | `unauthorized` | no | 401 |
 * | `throttled` | no | 429; `retryAfter` in seconds, or any text (an HTTP date, nonsense), or no such header |
 * | `notRouted` | no | 404 of a gateway without a route, with a `json` (the default) or `empty` body: no unknown user |
 * | `falseSuccess` | no | 200 with an error inside, `{"message":"Unauthorized"}` |
 * | `cutBody` | yes | half of the body, then a reset. An answer without a body is dropped as by `dropAfter` |
 * | `htmlBody` | no | 200 with a page of HTML: a captive portal |
 * | `wrongContentType` | yes | the right answer as `text/plain` |
 * | `redirect` | no | the `status` (307) with a `location` (another origin) |
 * | `hugeBody` | yes | 200 with a JSON body of `bytes` (2 MiB, at most 64 MiB) |
 */
export type Fault = v.InferInput<typeof faultVariants>;

/** The kinds of {@link Fault}. */
export type FaultKind = Fault["kind"];

/**
 * When a fault happens. The rules are asked in order, and the first that fires decides; one request meets one
 * fault at most.
 */
export interface FaultRule {
  /** The calls that it is for; `*` is all of them. */
  readonly operation: Operation | "*";
  /** The fault to inject. */
  readonly fault: Fault;
  /** How often it fires before it is spent; 1, or "always" for a rule with a probability. */
  readonly times?: number | "always";
  /** How many calls that it is for pass first; 0. */
  readonly skip?: number;
  /** How likely it fires, 0 to 1, by the sandbox's `seed`; 1 if left out. */
  readonly probability?: number;
}
