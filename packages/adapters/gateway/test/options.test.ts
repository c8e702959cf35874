import { createFakeApi } from "@veristep/core/testing";
import { createGateway, type GatewayOptions } from "@veristep/gateway";
import { expect, test } from "vitest";

const good: GatewayOptions = {
  api: createFakeApi().api,
  identify: () => null,
  destinations: { countries: ["BG"] },
};

/** As JavaScript calls it: with anything. */
const create = (options: object) => createGateway({ ...good, ...options });

test("takes good options", () => {
  expect(create({})).toBeTypeOf("function");
});

const bad: ReadonlyArray<readonly [object, RegExp]> = [
  [{ api: {} }, /api must have status, sendEmailCode/],
  [{ identify: 1 }, /identify must be a function/],
  [{ onEvent: "log" }, /onEvent must be a function/],
  [{ challenge: true }, /challenge must be a function/],
  [{ clientAddress: "x-forwarded-for" }, /clientAddress must be a function/],
  [{ policy: { cooldownMs: -1 } }, /policy\.cooldownMs must be a whole number/],
  [{ policy: { lockMs: 0 } }, /policy\.lockMs must be at least 1000 on a server/],
  [{ destinations: {} }, /destinations\.countries must list the countries/],
  [{ destinations: { countries: ["UK"] } }, /Great Britain is GB/],
  [{ basePath: "verification" }, /basePath must be a path/],
  [{ origins: ["https://shop.example/"] }, /origins must be like/],
  [{ timeoutMs: 0 }, /timeoutMs must be/],
  [
    { limits: { perDestination: { max: 0, windowMs: 1_000 } } },
    /limits\.perDestination must be \{ max, windowMs \}/,
  ],
  [{ limits: { perHour: "many" } }, /limits\.perHour must be a whole number from 1/],
  [{ limits: { perUser: 1 } }, /limits\.perUser is not an option/],
];
for (const [options, message] of bad)
  test(`refuses ${JSON.stringify(options)}, and says what to change`, () => {
    expect(() => create(options)).toThrow(message);
  });

test("says everything that is wrong at once, and quotes no value", () => {
  const createWithMany = () => create({ identify: null, basePath: "my-secret", timeoutMs: -1 });
  expect(createWithMany).toThrow(/identify.*basePath.*timeoutMs/);
  expect(createWithMany).toThrow(/^(?!.*my-secret)/);
});
