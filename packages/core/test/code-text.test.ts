import { findCodes } from "@veristep/core/code-text";
import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Pasted {
  readonly text: string;
  readonly submits: string | null;
}

const { pasted } = JSON.parse(readFileSync(new URL("fixtures/code-entry.json", import.meta.url), "utf8")) as {
  readonly pasted: readonly Pasted[];
}; // The fixture's own shape, which the tests below would miss.

const sixDigits = fc.stringMatching(/^\d{6}$/);

const inScript = (zero: number) => (code: string) =>
  code.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

/** How people and programs write a code of six digits. */
const written: ReadonlyArray<(code: string) => string> = [
  (code) => code,
  ...[" ", "\u00A0", "\u202F", "\u2009", "-", "\u2011", "\u2013", ".", " - "].map(
    (gap) => (code: string) => `${code.slice(0, 3)}${gap}${code.slice(3)}`,
  ),
  (code) => code.split("").join(" "),
  (code) => code.split("").join("\u00A0\u00A0"),
  (code) => (code.match(/../g) ?? []).join(" "),
  (code) => `G-${code}`,
  (code) => `*${code}*`,
  (code) => `**${code}**`,
  (code) => `"${code}"`,
  (code) => `\u201E${code}\u201C`,
  (code) => `(${code})`,
  (code) => `[${code}]`,
  (code) => `<${code}>`,
  (code) => `\u200E${code}\u200E`,
  (code) => code.split("").join("\u200B"),
  (code) =>
    code
      .split("")
      .map((digit) => `${digit}\uFE0F\u20E3`)
      .join(""),
  ...[0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0xff10, 0x1d7ce].map(inScript),
];

/** Sentences that say which number is the code. */
const sentences: ReadonlyArray<(code: string) => string> = [
  (code) => `Your code is ${code}.`,
  (code) => `Your 10npay verification code: ${code}`,
  (code) => `${code} is your code.`,
  (code) => `${code} is your 10npay verification code. Don't share it.`,
  (code) => `Use ${code} to verify your e-mail address.`,
  (code) => `Enter the code ${code} within 10 minutes.`,
  (code) => `Your code for signing in to 10npay is ${code}. It expires at 10:42.`,
  (code) => `Code\n${code}`,
  (code) => `Your code:\n\n${code}\n\nIt is valid for 10 minutes.`,
  (code) => `<#> ${code} is your OTP`,
  (code) => `Your one-time password is ${code} , valid till 30/11/2026 10:00`,
  (code) => `Вашият код е ${code}.`,
  (code) => `Код за потвърждение: ${code}`,
  (code) => `${code} е вашият код за потвърждение.`,
  (code) => `Код подтверждения ${code}. Никому его не сообщайте.`,
  (code) => `Ihr Bestätigungscode lautet ${code}.`,
  (code) => `${code} ist dein Einmalkennwort.`,
  (code) => `Votre code de vérification est ${code}`,
  (code) => `Tu código es ${code}`,
  (code) => `Il tuo codice è ${code}`,
  (code) => `Seu código de confirmação: ${code}`,
  (code) => `Twój kod to ${code}`,
  (code) => `Codul tău este ${code}`,
  (code) => `Doğrulama kodunuz: ${code}`,
  (code) => `Ο κωδικός σας είναι ${code}`,
  (code) => `קוד האימות שלך הוא ${code}`,
  (code) => `رمز التحقق الخاص بك هو ${code}`,
  (code) => `您的验证码是${code}，10分钟内有效。`,
  (code) => `認証コードは${code}です。`,
  (code) => `인증번호 [${code}]를 입력하세요.`,
];

const digits = (count: number) => fc.stringMatching(new RegExp(`^[1-9]\\d{${count - 1}}$`));

/** Numbers that are no codes, each with what shows that: none of them may ever be submitted. */
const otherNumbers: ReadonlyArray<fc.Arbitrary<string>> = [
  digits(6).map((number) => `Order ${number.slice(0, 3)}-${number.slice(3)}`),
  digits(6).map((number) => `Order #${number}`),
  digits(6).map((number) => `Reference number: ${number}`),
  digits(6).map((number) => `Invoice no. ${number}`),
  digits(6).map((number) => `Ticket ${number}`),
  digits(6).map((number) => `Message ${number}`),
  digits(6).map((number) => `Customer ID: ${number}`),
  digits(6).map((number) => `Поръчка № ${number}`),
  digits(6).map((number) => `Номер на поръчка: ${number}`),
  digits(6).map((number) => `Bestellnummer: ${number}`),
  digits(6).map((number) => `Tel. ${number.slice(0, 3)} ${number.slice(3)}`),
  digits(6).map((number) => `Тел. (032) ${number.slice(0, 3)} ${number.slice(3)}`),
  digits(6).map((number) => `Call 0700 ${number.slice(0, 3)} ${number.slice(3)}`),
  digits(6).map((number) => `Phone: +359 2 ${number}`),
  digits(6).map((number) => `+359-32-${number}`),
  digits(9).map((number) => `ЕИК ${number}`),
  digits(6).map((number) => `FRN ${number}`),
  digits(6).map((number) => `https://example.com/t/${number}`),
  digits(6).map((number) => `www.example.com/help/${number}`),
  digits(6).map((number) => `example.com/?t=${number}`),
  digits(6).map((number) => `${number}.ivan@example.com`),
  digits(6).map((number) => `ivan${number}@example.com`),
  digits(6).map((number) => `${number.slice(0, 4)}.${number.slice(4)} EUR`),
  digits(6).map((number) => `BGN ${number}`),
  digits(6).map((number) => `до ${number.slice(0, 3)} ${number.slice(3)} лв.`),
  digits(6).map((number) => `€${number.slice(0, 3)},${number.slice(3)}`),
  digits(6).map((number) => `${number} USD`),
  fc.date({ min: new Date("2000-01-01"), max: new Date("2098-12-31"), noInvalidDate: true }).chain((date) => {
    const [year = "", month = "", day = ""] = date.toISOString().slice(0, 10).split("-");
    return fc.constantFrom(
      `${year}-${month}-${day}`,
      `${day}.${month}.${year}`,
      `${day}.${month}.${year.slice(2)}`,
      `${day}/${month}/${year}`,
      `${Number(day)}. ${Number(month)}. ${year}`,
      `30 Nov ${year} 10:00:00`,
      `${day}-${month}-${year.slice(2)} 23:59`,
    );
  }),
  fc.constantFrom(
    "12:34:56",
    "10:00",
    "© 2026 10npay",
    "2026 10npay Ltd",
    "10 minutes",
    "24/7",
    "3 attempts left",
  ),
  digits(7).map((number) => `Build ${number}`),
  digits(12).map((number) => `Ref ${number}`),
  digits(16).map((number) => (number.match(/..../g) ?? []).join(" ")),
  digits(16).map((number) => `Card ending ${number.slice(12)}`),
  digits(6).map((number) => `ZIP code ${number}`),
  digits(6).map((number) => `пощенски код ${number}`),
  digits(6).map((number) => `A${number}X`),
  digits(6).map((number) => `INV-${number}`),
];

const otherNumber = fc.oneof(...otherNumbers);

/** Numbers that could be a code, were there no other that is called one. */
const strayNumber = fc.oneof(
  digits(6).map((number) => `Sofia ${number}`),
  digits(6).map((number) => `10npay Ltd, ${number}`),
  digits(6).map((number) => `Booking desk ${number}`),
  digits(6).map((number) => `see article ${number} for help`),
);

const between = fc.constantFrom("\n", "\n\n", ". ", "\n--\n");

describe("B60: the code in a text", () => {
  test.each(pasted)("$text: $submits", ({ text, submits }) => {
    const codes = findCodes(text, 6);
    expect(codes.length === 1 ? codes[0] : null).toBe(submits);
  });

  test("is found however it is written and whatever the sentence", () => {
    fc.assert(
      fc.property(
        sixDigits,
        fc.constantFrom(...written),
        fc.constantFrom(...sentences),
        (code, write, sentence) => {
          expect(findCodes(sentence(write(code)), 6)).toEqual([code]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("is found among other numbers, before and after it", () => {
    fc.assert(
      fc.property(
        sixDigits,
        fc.constantFrom(...written),
        fc.constantFrom(...sentences),
        fc.array(fc.oneof(otherNumber, strayNumber), { maxLength: 3 }),
        fc.array(fc.oneof(otherNumber, strayNumber), { maxLength: 3 }),
        between,
        (code, write, sentence, before, after, gap) => {
          const text = [...before, sentence(write(code)), ...after].join(gap);
          expect(findCodes(text, 6)).toEqual([code]);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test("is never a date, a time, an amount, an address, or a phone, order or other number", () => {
    fc.assert(
      fc.property(fc.array(otherNumber, { minLength: 1, maxLength: 4 }), between, (others, gap) => {
        expect(findCodes(others.join(gap), 6)).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  test("is found where nothing calls it one, if no other number is there", () => {
    fc.assert(
      fc.property(sixDigits, fc.array(otherNumber, { maxLength: 2 }), (code, others) => {
        expect(findCodes(["10npay", code, ...others].join("\n"), 6)).toEqual([code]);
      }),
    );
  });

  test("finds both where two numbers have the same claim", () => {
    fc.assert(
      fc.property(sixDigits, sixDigits, (one, other) => {
        fc.pre(one !== other);
        const texts = [
          `Codes: ${one} or ${other}`,
          `${one} ${other}`,
          `${one}\n${other}`,
          `${one} or ${other} is your code`,
          `Code ${one}, code ${other}`,
          `Your codes are ${one} and ${other}.`,
        ];
        for (const text of texts) expect([...findCodes(text, 6)].sort()).toEqual([one, other].sort());
      }),
    );
  });

  test("has the requested length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 10 }), fc.stringMatching(/^[3-9]\d{9}$/), (length, long) => {
        const code = long.slice(0, length);
        expect(findCodes(`Your code is ${code}. © 2026 10npay`, length)).toEqual([code]);
        expect(findCodes(`Your code is ${code}`, length === 4 ? 5 : length - 1)).toEqual([]);
      }),
    );
  });

  test.each([
    ["546579 10 minutes left"],
    ["546579 2026 10npay"],
    ["546 579 10 minutes left"],
    ["2026-11-30 546579 is the code"],
    ["30 Nov 2026 546579 is the code"],
    ["Message 654321. Your code is 546579"],
    ["Verification number: 546579"],
    ["Your code for order 118204 is 546579"],
    ["546579 is your code for order 118204"],
    ["Reservation 118204: your code is 546579"],
    ["Reservation 118204, your code is 546579"],
    ["5\n4\n6\n5\n7\n9"],
    ["546579 is your code.\n\n@10npay.example #546579"],
    ["Dear Customer: 546579 is your OTP for your account"],
    ["To open your account: 546579"],
    ["код546579"],
  ])("%j: 546579", (text) => {
    expect(findCodes(text, 6)).toEqual(["546579"]);
  });

  test.each([
    "",
    "no number",
    "1234567",
    "12345",
    "532 123 45 67",
    "0888 123456",
    "123456 789",
    "1,123,456",
    "x123456",
    "123456789012",
  ])("%j has none", (text) => {
    expect(findCodes(text, 6)).toEqual([]);
  });

  test("is looked for in every part of a message, and the part that says most decides", () => {
    expect(findCodes(["Your code\nHello 654321, see the other part", "Your code\n546579"], 6)).toEqual([
      "546579",
    ]);
    expect(findCodes(["Your code: 546579", "Your code\n546579"], 6)).toEqual(["546579"]);
    expect(findCodes(["Code 546579", "Code 654321"], 6)).toHaveLength(2);
  });

  test("one digit or a few in each cell of a page are one code; what else stands in cells is not", () => {
    const cells = (...texts: readonly string[]) => texts.join("\u001F");
    expect(findCodes(`Code\n${cells("5", "4", "6", "5", "7", "9")}\n10 minutes`, 6)).toEqual(["546579"]);
    expect(findCodes(`Code\n${cells("546", "579")}`, 6)).toEqual(["546579"]);
    expect(findCodes(cells("546579", "10 minutes"), 6)).toEqual(["546579"]);
    expect(findCodes(cells("Order number", "546579"), 6)).toEqual([]);
  });

  test("is looked for in bounded time, whatever the text", () => {
    const repeated = [
      "1 ",
      "123 45",
      " ",
      "a.",
      "123456 ",
      "code ",
      "1-",
      "order 123456 ",
      "@a.",
      "1\u001F",
      "1,",
    ];
    const started = performance.now();
    for (const part of repeated) findCodes(part.repeat(200_000), 6);
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  test("B29: any text is read without an error", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.integer({ min: 4, max: 10 }),
        (text, length) => {
          for (const code of findCodes(text, length)) expect(code).toMatch(new RegExp(`^\\d{${length}}$`));
        },
      ),
    );
  });
});

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
