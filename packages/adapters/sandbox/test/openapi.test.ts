import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import * as v from "valibot";
import { apiContract } from "../src/api-contract.js";
import { controlContract } from "../src/controls.js";
import { apiDocs, controlDocs, type ResponseDoc } from "../src/openapi-texts.js";
import { createRouter, type RouterParts } from "../src/router.js";
import { setUp } from "./support.js";

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<string, { responses: object; requestBody?: object; security: object[] }>
  >;
}

async function readDocument(): Promise<OpenApi> {
  const { client } = setUp();
  return (await (await client.bare("GET", "/_sandbox/openapi.json")).json()) as OpenApi;
}

test("the document is valid OpenAPI 3.1", async () => {
  const document = await readDocument();
  const validator = new Validator();
  expect(await validator.validate({ ...document })).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
});

test("every route of the router is in the document, and the other way round", async () => {
  const { paths } = await readDocument();
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  // The test reads only the routes; it calls nothing.
  const router = createRouter({ answers: {}, handlers: {}, controls: {} } as RouterParts);
  const routed = router.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  expect(documented.toSorted()).toEqual(routed.toSorted());
  expect(routed.length).toBe(19);
});

test("the routes of the API want a token, and those that take a body say which", async () => {
  const { paths } = await readDocument();
  for (const { method, path, body } of [...Object.values(apiContract), ...Object.values(controlContract)]) {
    const operation = paths[path]?.[method.toLowerCase()];
    expect(operation?.security).toEqual(/^\/(_sandbox|connect)/.test(path) ? [] : [{ bearer: [] }]);
    expect(operation?.requestBody === undefined).toBe(body === null);
  }
});

test("every example is one that its own schema takes", () => {
  const contract = { ...apiContract, ...controlContract };
  for (const [name, doc] of [...Object.entries(apiDocs), ...Object.entries(controlDocs)]) {
    // The assertion: `entries` forgets the type of the keys.
    const { body } = contract[name as keyof typeof contract];
    expect([name, body === null ? doc.example === undefined : v.is(body, doc.example)]).toEqual([name, true]);
    const responses: ReadonlyArray<readonly [string, ResponseDoc]> = Object.entries(doc.responses);
    for (const [status, { schema, examples }] of responses) {
      for (const example of Object.values(examples ?? {})) {
        expect([name, status, schema !== undefined && v.is(schema, example)]).toEqual([name, status, true]);
      }
    }
  }
});
