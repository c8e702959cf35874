import { expect, test } from "vitest";
import { mayHaveBeenProcessed } from "@veristep/core";
import { failure } from "@veristep/core/testing";

test("B1, B2: the service may have acted on a request that was sent and not refused", () => {
  const acted = Object.values(failure)
    .filter((one) => mayHaveBeenProcessed(one))
    .map(({ kind }) => kind);
  expect(acted).toEqual(["noAnswer", "serverError", "protocol"]);
});

test("B1, B2: among answers of an unknown shape, the service may have acted only on a 2xx", () => {
  const acted = [199, 200, 299, 300].map((status) =>
    mayHaveBeenProcessed({
      kind: "protocol",
      problem: "unexpectedStatus",
      status,
      traceId: null,
      origin: "client",
    }),
  );
  expect(acted).toEqual([false, true, true, false]);
});
