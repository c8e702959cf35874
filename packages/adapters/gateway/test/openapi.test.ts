import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { failure } from "@veristep/core/testing";
import { describe, expect, test } from "vitest";
import { routes, statusOf } from "../src/protocol.js";

const text = (file: string) => readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), "utf8");

/** The parts of the document that are compared. */
interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly operationId: string; readonly responses: object }>>>
  >;
  readonly components: {
    readonly schemas: {
      readonly Failure: {
        readonly oneOf: ReadonlyArray<{ readonly properties: { readonly kind: { readonly const: string } } }>;
      };
    };
  };
}
// Its form is what the validator checks.
const document = JSON.parse(text("gateway-openapi.json")) as Document;

describe("the OpenAPI document", () => {
  test("is valid", async () => {
    expect(await new Validator().validate(text("gateway-openapi.json"))).toEqual({ valid: true });
  });

  test("has the routes of the gateway, and no other", () => {
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId }]) => [
        operationId,
        { method: method.toUpperCase(), path },
      ]),
    );
    expect(Object.fromEntries(documented)).toEqual(routes);
  });

  test("has every kind of failure, and every status of one", () => {
    const kinds = document.components.schemas.Failure.oneOf.map(({ properties }) => properties.kind.const);
    expect(kinds.toSorted()).toEqual(Object.keys(failure).toSorted());
    const statuses = new Set(
      Object.values(document.paths).flatMap((path) =>
        Object.values(path).flatMap(({ responses }) => Object.keys(responses)),
      ),
    );
    for (const one of Object.values(failure)) expect(statuses).toContain(String(statusOf(one)));
  });
});

test("the protocol's page names each route and each kind", () => {
  const page = text("gateway-protocol.md");
  for (const { method, path } of Object.values(routes)) expect(page).toContain(`${method} ${path}`);
  for (const kind of Object.keys(failure)) expect(page).toContain(kind);
});
