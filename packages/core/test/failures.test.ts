import { expect, test } from "vitest";
import { mayHaveBeenProcessed } from "@veristep/core";
import { failure } from "@veristep/core/testing";

test("B1, B2: what left and was not refused may have been acted on", () => {
  const acted = Object.values(failure)
    .filter((one) => mayHaveBeenProcessed(one))
    .map(({ kind }) => kind);
  expect(acted).toEqual(["noAnswer", "serverError", "protocol"]);
});

test("B1, B2: of the answers of an unknown shape only a 2xx may have been acted on", () => {
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
