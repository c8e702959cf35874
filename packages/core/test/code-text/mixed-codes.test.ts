import { findCodes } from "@veristep/core/code-text";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("codes with letters", () => {
  const find = (text: string) => findCodes(text, 6, "alphanumeric");

  test.each([
    ["7K3M9Q", "7K3M9Q"],
    [" 7k3 m9q ", "7k3m9q"],
    ["\uFF17\uFF2B\uFF13\uFF2D\uFF19\uFF31", "7K3M9Q"],
    ["WDJBMH", "WDJBMH"],
    ["633 925", "633925"],
    ["Your code is 7K3M9Q. It expires in 10 minutes.", "7K3M9Q"],
    ["7K3M9Q is your code", "7K3M9Q"],
    ["Your code: 7K3-M9Q", "7K3M9Q"],
    ["Вашият код е 7k3m9q", "7k3m9q"],
    ["VERIFY your account. Code: 7K3M9Q", "7K3M9Q"],
    ["Your code is WDJBMH.", "WDJBMH"],
    ["Your code is 633925.", "633925"],
  ])("are found in %j", (text, code) => {
    expect(find(text)).toEqual([code]);
  });

  test.each([
    "Please enter your number",
    "See https://example.com/7K3M9Q",
    "person7@example.com",
    "7K3M9Q8",
    "a7K3M9Q8z",
    "",
  ])("are not in %j", (text) => {
    expect(find(text)).toEqual([]);
  });

  test("are not looked for where codes have digits only", () => {
    expect(findCodes("Your code is 7K3M9Q", 6)).toEqual([]);
  });

  test("are found whatever they are, alone and in a message", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9]{6}$/), (code) => {
        expect(find(code)).toEqual([code]);
        expect(find(`Your code is ${code}.`)).toEqual([code]);
      }),
    );
  });
});
