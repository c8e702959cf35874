import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema, ObjectEntries, ObjectSchema } from "valibot";
import { apiContract } from "./api-contract.js";
import { controlContract, formControls, type Control } from "./controls.js";
import { apiDocs, controlDocs, type OperationDoc, type ResponseDoc } from "./openapi-texts.js";
import { operations, type Operation } from "./operations.js";
import { faultsQuerySchema, outboxQuerySchema, userIdSchema, usersQuerySchema } from "./request-schemas.js";

/**
 * The OpenAPI 3.1 document of the sandbox. Paths and the schemas of requests come from the tables that the
 * router and the handlers are made from.
 */
export function buildOpenApi(): object {
  const paths: Record<string, Record<string, object>> = {};
  const add = (id: Operation | Control, route: Route, doc: OperationDoc, tag: string) => {
    const operation = describe(id, route, doc, tag);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  };
  for (const operation of operations) add(operation, apiContract[operation], apiDocs[operation], "API");
  const controls = Object.keys(controlContract) as Control[]; // `keys` forgets the type of the keys.
  for (const control of controls) add(control, controlContract[control], controlDocs[control], "Sandbox");

  return {
    openapi: "3.1.0",
    info: {
      title: "veristep sandbox",
      version: "1.0.0",
      description:
        "A local simulator of the 10npay contact-verification API, and its own controls. Not for production.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: [
      { name: "API", description: "The contact-verification API." },
      { name: "Sandbox", description: "Sent messages, tokens, and fault injection on demand." },
    ],
    paths,
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
  };
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly body: GenericSchema | null;
}

const queries: Readonly<Record<string, ObjectSchema<ObjectEntries, undefined>>> = {
  outbox: outboxQuerySchema,
  users: usersQuerySchema,
  clearFaults: faultsQuerySchema,
};

function describe(id: string, { path, body }: Route, doc: OperationDoc, tag: string): object {
  const mediaType = formControls.has(id) ? "application/x-www-form-urlencoded" : "application/json";
  const parameters = path.includes("{id}")
    ? [{ name: "id", in: "path", required: true, schema: schemaOf(userIdSchema), example: 1 }]
    : Object.entries(queries[id]?.entries ?? {}).map(([name, schema]) => ({
        name,
        in: "query",
        required: false,
        schema: schemaOf(schema),
      }));
  return {
    operationId: id,
    summary: doc.summary,
    tags: [tag],
    security: tag === "API" ? [{ bearer: [] }] : [],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: { [mediaType]: { schema: schemaOf(body), example: doc.example } },
          },
        }),
    responses: Object.fromEntries(
      Object.entries(doc.responses).map(([status, response]) => [status, describeResponse(response)]),
    ),
  };
}

function describeResponse({ description, type, schema, examples, headers }: ResponseDoc): object {
  return {
    description,
    ...(headers === undefined ? {} : { headers }),
    ...(type === undefined
      ? {}
      : {
          content: {
            [type]: {
              schema: schema === undefined ? { type: "string" } : schemaOf(schema),
              ...(examples === undefined
                ? {}
                : {
                    examples: Object.fromEntries(
                      Object.entries(examples).map(([name, value]) => [name, { value }]),
                    ),
                  }),
            },
          },
        }),
  };
}

/** Returns the schema of a request. Checks that JSON Schema can't express are left out. */
function schemaOf(schema: GenericSchema): object {
  const { $schema: _, ...jsonSchema } = toJsonSchema(schema, {
    target: "draft-2020-12",
    typeMode: "input",
    ignoreActions: ["check"],
  });
  return jsonSchema;
}
