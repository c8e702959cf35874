import { bulgarian, describeRefusal, describeView, english } from "@veristep/core";
import { describe, expect, test } from "vitest";
import { begin } from "./flow-world.js";

/* The rule: what counts as a code is the policy's `codeFormat`. */

const alphanumeric = { policy: { codeFormat: { characters: "alphanumeric" } } } as const;

describe("codes with letters, where the policy allows them", () => {
  test.each([
    ["7K3M9Q", "7K3M9Q"],
    ["7k3m9q", "7k3m9q"],
    ["7K3-M9Q", "7K3M9Q"],
    [" 7K3 M9Q ", "7K3M9Q"],
    ["\uFF17\uFF2B\uFF13\uFF2D\uFF19\uFF31", "7K3M9Q"],
    ["000000", "000000"],
  ])("are sent as they were typed, without separators: %j (B60)", async (typed, sent) => {
    const { clock, fake, flow } = await begin(alphanumeric);
    expect(flow.submitCode(typed).isOk()).toBe(true);
    await clock.settle();
    expect(fake.calls.at(-2)).toMatchObject({ operation: "confirmEmail", argument: sent });
  });

  test.each(["7K3M9", "7K3M9QQ", "7K3M9!", "код123", ""])("%j is refused, with the format", async (typed) => {
    const { flow } = await begin(alphanumeric);
    expect(flow.submitCode(typed)._unsafeUnwrapErr()).toEqual({
      kind: "codeFormat",
      length: 6,
      characters: "alphanumeric",
    });
  });

  test("are announced and requested as characters", async () => {
    const { flow } = await begin(alphanumeric);
    expect(describeView(flow.view(), english)).toBe("We sent a code to p•••@example.com.");
    const refusal = flow.submitCode("7K3")._unsafeUnwrapErr();
    expect(describeRefusal(refusal, english)).toBe("Enter all 6 characters.");
    expect(describeRefusal(refusal, bulgarian)).toBe("Въведете всичките 6 знака.");
  });

  test("appear in the view with their length and characters", async () => {
    const { flow } = await begin({ policy: { codeFormat: { length: 8, characters: "alphanumeric" } } });
    expect(flow.view().code).toMatchObject({ length: 8, characters: "alphanumeric" });
  });
});

test("takes six digits by default", async () => {
  const { flow } = await begin();
  expect(flow.view().code).toMatchObject({ length: 6, characters: "digits" });
  expect(flow.submitCode("7K3M9Q")._unsafeUnwrapErr().kind).toBe("codeFormat");
});
