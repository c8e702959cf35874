import { nextCode } from "@veristep/headless";
import * as Redacted from "effect/Redacted";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { closeMailboxes, openMailbox } from "./in-process-mailbox.js";
import { aRequest } from "./requests.js";

afterEach(closeMailboxes);

const folder = new URL("../fixtures/mails/", import.meta.url);

/** Code mails that were not understood once. The code of each is 546579. */
const mails = readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")] as const);

const request = aRequest({ destination: Redacted.make("ivan@example.com") });

describe("code mails, as services send them", () => {
  test.each(mails)("%s has the code 546579", async (_, source) => {
    const { codes, append } = await openMailbox();
    append(source);
    expect(await nextCode(codes, request)).toEqual({ kind: "code", code: "546579" });
  });

  test("reads a text behind a large attachment, and not the attachment", async () => {
    const { codes, append, wire } = await openMailbox();
    const picture = `${"eHh4".repeat(19)}\n`.repeat(5_000);
    append(
      'To: ivan@example.com\nSubject: Hello\nContent-Type: multipart/mixed; boundary="b"\n\n' +
        `--b\nContent-Type: image/png; name="logo.png"\nContent-Transfer-Encoding: base64\n\n${picture}\n` +
        "--b\nContent-Type: text/plain\n\nYour code is 546579.\n--b--\n",
    );
    expect(await nextCode(codes, request)).toEqual({ kind: "code", code: "546579" });
    expect(wire.join("")).not.toMatch(/BODY\.PEEK\[(?:1|TEXT)?\]/);
  });
});
