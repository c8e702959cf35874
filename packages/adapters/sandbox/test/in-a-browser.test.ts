import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
// The name of the package is an alias of the entry for Node.
import { createSandbox } from "../src/index.js";

const source = new URL("../src/", import.meta.url);
const files = readdirSync(source).filter((name) => name !== "node.ts");

test("everything but the Node entry does without Node", () => {
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) {
    const text = readFileSync(new URL(file, source), "utf8");
    expect([file, text.match(/from "(node:|@hono\/node-server)|\b(process|Buffer)\./g)]).toEqual([
      file,
      null,
    ]);
  }
});

test("a page loads the phone library with its first request, and not with the sandbox", async () => {
  const importers = files.filter((name) =>
    /^import (?!type).* from "@veristep\/phone"/m.test(readFileSync(new URL(name, source), "utf8")),
  );
  expect(importers).toEqual(["with-numbers.ts"]);

  const sandbox = createSandbox();
  const send = async (phoneNumber: string) => {
    const { status } = await sandbox.fetch("http://localhost/User/phone-number/send-code", {
      method: "POST",
      headers: { authorization: "Bearer any", "content-type": "application/json" },
      body: JSON.stringify({ id: sandbox.addUser({ lifecycle: 150 }), phoneNumber }),
    });
    return status;
  };
  expect(await Promise.all(["+1201555012", "+12015550123", "+359888123456"].map(send))).toEqual([
    400, 204, 204,
  ]);
});
