import * as fc from "fast-check";

/* The ways in which people and programs write codes, and the other numbers beside them. */

export const sixDigits = fc.stringMatching(/^\d{6}$/);

const inScript = (zero: number) => (code: string) =>
  code.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

/** How people and programs write a code of six digits. */
export const written: ReadonlyArray<(code: string) => string> = [
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
export const sentences: ReadonlyArray<(code: string) => string> = [
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

export const otherNumber = fc.oneof(...otherNumbers);

/** Numbers that could be a code, were there no other that is called one. */
export const strayNumber = fc.oneof(
  digits(6).map((number) => `Sofia ${number}`),
  digits(6).map((number) => `10npay Ltd, ${number}`),
  digits(6).map((number) => `Booking desk ${number}`),
  digits(6).map((number) => `see article ${number} for help`),
);

export const between = fc.constantFrom("\n", "\n\n", ". ", "\n--\n");
