import { createSimulatedClock } from "@veristep/core/testing";
import { createHttpApi, type HttpApiOptions } from "@veristep/http";
import { describe, expect, test } from "vitest";
import { canary, calls, successOf } from "./support/calls.js";
import { stubApi } from "./support/stub-api.js";

const create = (options: Partial<HttpApiOptions>) => () =>
  createHttpApi({ baseUrl: "https://api.example.test", getToken: () => canary.token, ...options });

describe("the base URL", () => {
  test.each([
    "http://localhost",
    "http://localhost:8080",
    "http://127.0.0.1",
    "http://127.10.200.255",
    "http://[::1]",
  ])("may be http on a loopback host: %s", (baseUrl) => {
    expect(create({ baseUrl })).not.toThrow();
  });

  test.each(["http://localhost.evil.test", "http://evil-localhost", "http://127.0.0.1.evil.test"])(
    "must be https on a host that only looks like a loopback one: %s",
    (baseUrl) => {
      expect(create({ baseUrl })).toThrow("must be https");
      expect(create({ baseUrl, allowHttp: true })).not.toThrow();
    },
  );

  test("loses every slash at its end", async () => {
    const { api, sent } = stubApi(() => successOf("status"), { baseUrl: "https://api.example.test/v1///" });
    await calls.status(api);
    expect(sent.map(({ url }) => url)).toEqual(["https://api.example.test/v1/User/42/status"]);
  });
});

describe("a count", () => {
  test.each([1, 2_147_483_647])("may be %s", (count) => {
    expect(create({ timeoutMs: count, maxBodyBytes: count })).not.toThrow();
  });

  test.each([0, -1, 1.5, 2_147_483_648, Number.NaN])("can't be %s", (count) => {
    expect(create({ timeoutMs: count })).toThrow("timeoutMs must be an integer");
    expect(create({ maxBodyBytes: count })).toThrow("maxBodyBytes must be an integer");
  });
});

describe("a clock", () => {
  const clock = createSimulatedClock();
  const parts = [{ now: () => clock.now() }, { schedule: () => () => {} }];

  // From JavaScript, a part may be missing.
  test.each(parts)("needs both of its functions", (part) => {
    expect(create({ clock: part as unknown as HttpApiOptions["clock"] })).toThrow("clock must have");
  });
});
