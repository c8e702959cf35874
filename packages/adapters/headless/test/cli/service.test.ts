import { createSandbox } from "@veristep/sandbox";
import { serveSandbox } from "@veristep/sandbox/node";
import { describe, expect, test } from "vitest";
import { openJournal } from "../../src/batch/journal/journal.js";
import { jsonLines, usersCsv, workFolder } from "../support/command.js";
import { inProcess, served } from "../support/in-process.js";

const PATIENCE_MS = 120_000;

/** A JSON Web Token that says whose it is; the sandbox doesn't check its signature. */
const tokenOf = (claims: object): string =>
  [{ alg: "none" }, claims, ""]
    .map((part) => Buffer.from(part === "" ? "x" : JSON.stringify(part)).toString("base64url"))
    .join(".");

const batch = (input: string, journal: string, url: string, ...more: string[]) =>
  inProcess("batch", input, "--journal", journal, "--codes", "outbox", "--base-url", url, ...more);

describe("a journal belongs to one service (B46)", () => {
  test(
    "and is refused for another service, before the first call",
    async () => {
      await using here = await served();
      await using other = await serveSandboxOf(3);
      using folder = workFolder();
      const input = folder.write("users.csv", usersCsv(here.sandbox, 2));
      const journal = folder.path("j");
      expect((await batch(input, journal, here.url)).code).toBe(0);
      // Another way to write the same address is the same service.
      expect((await batch(input, journal, `${here.url}/`)).code).toBe(0);
      const { code, told } = await batch(input, journal, other.url);
      expect(code).toBe(2);
      expect(told).toContain(`The journal belongs to ${here.url}, and this run is against ${other.url}.`);
      expect(other.sandbox.record.requests.status).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    "and is refused for another user of the API, where access tokens name the user",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const input = folder.write("users.csv", usersCsv(here.sandbox, 2));
      const journal = folder.path("j");
      const as = async (claims: object) => {
        process.env["VERISTEP_TOKEN"] = tokenOf(claims);
        return batch(input, journal, here.url);
      };
      expect((await as({ iss: "i", client_id: "shop-1", sub: "a", exp: 1 })).code).toBe(0);
      expect((await as({ iss: "i", client_id: "shop-1", sub: "b", exp: 2 })).code).toBe(0);
      const { code, told } = await as({ iss: "i", client_id: "shop-2", sub: "a" });
      expect([code, told]).toEqual([2, expect.stringContaining("belongs to another user of the API")]);
      // A token that says nothing is believed.
      process.env["VERISTEP_TOKEN"] = "opaque";
      expect((await batch(input, journal, here.url)).code).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    "stops when the service has forgotten its users",
    async () => {
      using folder = workFolder();
      const journal = folder.path("j");
      const first = await served();
      const { port } = first;
      const input = folder.write("users.csv", usersCsv(first.sandbox, 3));
      expect((await batch(input, journal, first.url)).code).toBe(0);
      await first[Symbol.asyncDispose]();
      for (const sandbox of [createSandbox(), withUsers(4)]) {
        const again = await serveSandbox({ sandbox, port });
        process.env["VERISTEP_TOKEN"] = "any";
        const { code, told } = await batch(input, journal, again.url);
        expect([code, told]).toEqual([
          2,
          expect.stringContaining("doesn't have the users as verified that the journal has"),
        ]);
        expect(sandbox.record.sent).toBe(0);
        await again.close();
      }
    },
    PATIENCE_MS,
  );

  test("continues when one user was deleted", async () => {
    using folder = workFolder();
    await using here = await served();
    const input = folder.write("users.csv", usersCsv(here.sandbox, 2));
    const journal = folder.path("j");
    expect((await batch(input, journal, here.url)).code).toBe(0);
    const newest = openJournal(journal);
    newest.begin({ number: 99, content: "x", userId: 999, reference: null, contacts: [] });
    await newest.end(99, "verified", "verified");
    newest.close();
    expect((await batch(input, journal, here.url)).code).toBe(0);
  });
});

describe("a service that knows none of the users (B46)", () => {
  test.each([2, 5, 40])(
    "stops a batch of %i rows with an explanation, and another run resumes it",
    async (people) => {
      await using here = await served();
      using folder = workFolder();
      const users = Array.from({ length: people }, (_, index) => ({
        id: 1_000 + index,
        email: `person${index}@example.com`,
      }));
      const lines = users.map(({ id, email }, index) => `${id},${email},+35988${1_000_000 + index}`);
      const input = folder.write("users.csv", ["userId,email,phone", ...lines].join("\n"));
      const journal = folder.path("j");
      const wrong = await batch(input, journal, here.url, "--json");
      expect(wrong.code).toBe(5);
      expect(wrong.told).toContain("The batch has stopped: the service knows none of the users.");
      expect(jsonLines(wrong.printed).at(-1)).toMatchObject({
        counts: { open: expect.any(Number) as number },
      });
      for (const user of users) here.sandbox.addUser(user);
      expect((await batch(input, journal, here.url)).code).toBe(0);
    },
    PATIENCE_MS,
  );

  test("ends the row of one unknown user among known ones", async () => {
    await using here = await served();
    using folder = workFolder();
    const input = folder.write(
      "users.csv",
      `${usersCsv(here.sandbox, 2)}901,a@example.com,\n902,b@example.com,\n`,
    );
    const { code, printed } = await batch(input, folder.path("j"), here.url);
    expect([code, printed]).toEqual([4, expect.stringMatching(/refused +2 {2}userNotFound 2/)]);
  });

  test("ends the row in a batch of one unknown user", async () => {
    await using here = await served();
    using folder = workFolder();
    const input = folder.write("users.csv", "userId,email\n901,a@example.com\n");
    expect((await batch(input, folder.path("j"), here.url)).code).toBe(4);
  });
});

describe("a user who was verified earlier (B17, B47)", () => {
  test(
    "has a separate bucket in a batch, and an exit status other than 0",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const input = folder.write("users.csv", usersCsv(here.sandbox, 1));
      expect((await batch(input, folder.path("j"), here.url)).code).toBe(0);
      const others = folder.write("others.csv", "userId,email,phone\n2,other@example.com,+359881999999\n");
      const { code, printed } = await batch(others, folder.path("k"), here.url, "--json");
      expect(code).toBe(3);
      expect(jsonLines(printed).find(({ event }) => event === "row")).toMatchObject({
        bucket: "verifiedEarlier",
        reason: "verifiedEarlier:email+phone",
        evidence: { email: "earlier", phone: "earlier" },
      });
      const report = await inProcess("report", "--journal", folder.path("k"));
      expect(report.printed).toMatch(/^2,2,,verifiedEarlier,verifiedEarlier:email\+phone,earlier,earlier$/m);
      expect(report.code).toBe(3);
    },
    PATIENCE_MS,
  );

  test(
    "is no success of veristep verify with another number",
    async () => {
      await using here = await served();
      const phone = (number: string, ...more: string[]) =>
        inProcess(...here.verify, "--phone", number, "--codes", "outbox", ...more);
      expect((await phone("+359888123456")).code).toBe(0);
      const { code, printed } = await phone("+359888123457", "--json");
      expect(code).toBe(3);
      const events = jsonLines(printed);
      expect(events.at(-1)).toMatchObject({
        event: "end",
        outcome: "verifiedEarlier",
        exitCode: 3,
        evidence: { email: "earlier", phone: "earlier" },
      });
      expect(events.findLast(({ event }) => event === "view")).toMatchObject({
        evidence: { phone: { by: "status", contact: null } },
      });
      expect((await phone("+359888123457")).printed).toContain("Nothing shows that it was the given one.");
    },
    PATIENCE_MS,
  );
});

const withUsers = (count: number) => {
  const sandbox = createSandbox();
  for (let id = 1; id <= count; id += 1) sandbox.addUser({ email: `stranger${id}@example.com` });
  return sandbox;
};

async function serveSandboxOf(users: number) {
  const server = await serveSandbox({ sandbox: withUsers(users) });
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}
