import { describe, expect, test } from "vitest";
import { nextText } from "../../src/cli/next-text.js";

const standing = { reasons: [], journalPath: "users.journal", isCutShort: false };

describe("the next step after a batch", () => {
  test("is nothing when every row is verified", () => {
    expect(nextText({ ...standing, counts: { verified: 3, badRow: 0 } })).toBeNull();
  });

  test("says what to do about each reason, and which rows to rerun", () => {
    const counts = { verified: 3, badRow: 2, refused: 1, verifiedEarlier: 1 };
    const reasons = [
      { bucket: "badRow", reason: "phone:plusLost", rows: 2 },
      { bucket: "refused", reason: "userNotFound", rows: 1 },
      { bucket: "verifiedEarlier", reason: "verifiedEarlier:phone", rows: 1 },
    ];
    expect(nextText({ ...standing, counts, reasons })?.split("\n")).toEqual([
      "  phone:plusLost, 2 rows: write the number with its +.",
      "  userNotFound, 1 row: check the user id; the service doesn't know it.",
      "Users in verifiedEarlier may be verified with other contacts: compare them with your records.",
      "Correct the rows in the input, each on its line, and rerun them: veristep retry --journal users.journal --bucket badRow,refused",
      "List each row: veristep report --journal users.journal",
    ]);
  });

  test.each(["noCode", "unreachable", "open", "notBegun"])(
    "runs the batch again for rows in %s",
    (bucket) => {
      expect(nextText({ ...standing, counts: { [bucket]: 1 } })).toContain(
        "Run the batch again with the same journal",
      );
      expect(nextText({ ...standing, counts: { [bucket]: 1 } })).not.toContain("veristep retry");
      // After an interruption another line says so already.
      expect(nextText({ ...standing, counts: { [bucket]: 1 }, isCutShort: true })).not.toContain("again");
    },
  );

  test("quotes a path as a shell takes it, and names at most five reasons", () => {
    const reasons = Array.from({ length: 9 }, (_, index) => ({
      bucket: "badRow",
      reason: `phone:${index}`,
      rows: 1,
    }));
    const text = nextText({ ...standing, journalPath: "it's.journal", counts: { badRow: 9 }, reasons }) ?? "";
    expect(text).toContain(`--journal 'it'\\''s.journal'`);
    expect(text.match(/correct the phone number/g)).toHaveLength(5);
  });
});
