import * as fc from "fast-check";

type Shape<T> = { readonly [K in keyof T]: fc.Arbitrary<T[K]> };

/** A choice for `fc.oneof`: a record, and how often it is chosen relative to the others. */
export const often = <T>(weight: number, shape: Shape<T>) => ({
  weight,
  arbitrary: fc.record<T>(shape, { noNullPrototype: true }),
});

const processed = fc.boolean();

/** A fault that one request meets between the adapter and the service. */
export const arbitraryFault = fc.oneof(
  /** No connection can be made, so the request is never sent. */
  often(6, { kind: fc.constant("refused") }),
  /** The connection breaks before the service sees the request. */
  often(4, { kind: fc.constant("dropBefore") }),
  /** The connection breaks after the service has acted. */
  often(8, { kind: fc.constant("dropAfter") }),
  /** No answer ever comes: the adapter's deadline ends the request. */
  often(4, { kind: fc.constant("silence"), processed }),
  /** The request takes this long in each direction. Another request may overtake it. */
  often(6, {
    kind: fc.constant("delay"),
    thereMs: fc.constantFrom(0, 300, 4_000, 15_000, 70_000),
    backMs: fc.constantFrom(0, 300, 4_000, 15_000),
  }),
  /** The request reaches the service twice; the client gets one of the two answers. */
  often(6, {
    kind: fc.constant("duplicate"),
    afterMs: fc.constantFrom(0, 5, 1_000, 65_000),
    answer: fc.constantFrom("first", "second"),
  }),
  /** Half of the body arrives, then the connection breaks. */
  often(4, { kind: fc.constant("cutBody") }),
  /** A captive portal answers 200 with a page. */
  often(2, { kind: fc.constant("html"), processed }),
  /** The answer is 200 with JSON that isn't in the contract. */
  often(1, { kind: fc.constant("nonsense"), processed }),
  /** A gateway answers 200 with an error in the body. */
  often(2, {
    kind: fc.constant("falseSuccess"),
    text: fc.constantFrom(
      '{"message":"Unauthorized"}',
      '{"Success":false}',
      '{"code":400}',
      '{"success":true,"code":400}',
      '{"title":"Unauthorized","status":401}',
    ),
    isProblem: fc.boolean(),
  }),
  /** A gateway without a route answers 404; `text` is its JSON, null for an empty body. */
  often(2, {
    kind: fc.constant("notRouted"),
    text: fc.constantFrom(
      null,
      '{"message":"no Route matched with those values"}',
      '{"status":404,"error":"Not Found"}',
    ),
  }),
  often(10, {
    kind: fc.constant("serverError"),
    status: fc.constantFrom(500, 502, 503),
    body: fc.constantFrom("empty", "html", "problem"),
    processed,
  }),
  often(8, { kind: fc.constant("unauthorized") }),
  /** `retryAfter` is the header as it is; null for none. */
  often(6, {
    kind: fc.constant("throttled"),
    retryAfter: fc.constantFrom(
      null,
      "7",
      "0",
      "120",
      "999999999",
      "soon",
      "-5",
      "-1",
      "Thu, 01 Jan 1970 00:00:00 GMT",
      "Thu, 01 Jan 2026 10:02:00 GMT",
    ),
  }),
  /** The service refuses a code with `200 {"success": false}`. */
  often(1, { kind: fc.constant("successFalse") }),
  often(1, { kind: fc.constant("redirect") }),
  /** The answer is 400 with model state that blames the code, the address or the number. */
  often(1, { kind: fc.constant("modelState") }),
  /** The service has lost the user, and says so in one of its two ways. */
  often(1, { kind: fc.constant("unknownUser"), status: fc.constantFrom(404, 400) }),
);

export type Fault = typeof arbitraryFault extends fc.Arbitrary<infer T> ? T : never;
