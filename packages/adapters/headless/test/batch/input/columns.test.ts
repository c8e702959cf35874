import { describe, expect, test } from "vitest";
import { roleOfName } from "../../../src/batch/input/column-names.js";
import { parseMapping } from "../../../src/batch/input/columns.js";
import { read } from "./support.js";

const rowsOf = async (...args: Parameters<typeof read>) => (await read(...args)).rows;
const errorOf = async (...args: Parameters<typeof read>) => (await read(...args)).error;

describe("two columns for one role (B42)", () => {
  test("refuses an input in which two columns can be the user id, and names both", async () => {
    expect(await read("r01-two-id-columns.csv")).toMatchObject({
      rows: [],
      error:
        'InputError: Two columns can be the user id: "userId" and "id". Say which one: --columns userId=NAME.',
    });
  });

  test("takes the one that the caller names", async () => {
    expect(await rowsOf("r01-two-id-columns.csv", { columns: { userId: "id" } })).toEqual([
      "2: 1 ivan@example.com +359881234567",
    ]);
  });

  test.each([
    ["called the same", "userId,email,userId\n7,a@example.com,8\n"],
    ["called the same but for case and spaces", "User ID,email,user_id\n7,a@example.com,7\n"],
    ["of a JSON object", '{"userId":7,"email":"a@example.com","id":8}\n'],
    ["of an array of JSON objects", '[{"id":7,"email":"a@example.com","user":8}]'],
    ["for the reference", "userId,email,ref,reference\n7,a@example.com,x,y\n"],
  ])("refuses two that are %s", async (_, input) => {
    const { rows, error } = await read(input);
    expect(rows).toEqual([]);
    expect(error).toMatch(
      /InputError: Two (columns|members) can be the (user id|reference): ".+" and ".+"\./,
    );
  });

  test("takes the phone number from the one of several columns that has one", async () => {
    expect(await rowsOf("r03-phone-then-empty-mobile.csv")).toEqual(["2: 7 ivan@example.com +359881234569"]);
    expect(
      await rowsOf(
        "id,Home Phone,email,Mobile,Private E-Mail\n7,,a@example.com,+359881234569,\n8,+359 88 123 4570,,+359881234570,b@example.com\n",
      ),
    ).toEqual(["2: 7 a@example.com +359881234569", "3: 8 b@example.com +359881234570"]);
  });

  test("makes a row with two different numbers or addresses a bad row", async () => {
    expect(
      await rowsOf(
        "id,email,email 2,phone,mobile\n7,a@example.com,A@example.com,+359881234569,+359881234570\n8,a@example.com,b@example.com,,\n",
      ),
    ).toEqual(["2: phone:several", "3: email:several"]);
  });
});

describe("the names of columns", () => {
  test.each([
    ["Telefon", "phone"],
    ["tel", "phone"],
    ["Tel.", "phone"],
    ["msisdn", "phone"],
    ["MSISDN", "phone"],
    ["Телефон", "phone"],
    ["Мобилен телефон", "phone"],
    ["GSM", "phone"],
    ["Handynummer", "phone"],
    ["Teléfono móvil", "phone"],
    ["Téléphone", "phone"],
    ["Nº de teléfono", null],
    ["Phone Number (E.164)", "phone"],
    ["phone_number", "phone"],
    ["mobilePhone", "phone"],
    ["Billing Phone", "phone"],
    ["Phone 1 - Value", "phone"],
    ["Phone 1 - Type", null],
    ["phoneVerified", null],
    ["имейл", "email"],
    ["ИМЕЙЛ", "email"],
    ["Е-mail", null],
    ["E-Mail-Adresse", "email"],
    ["e_mail", "email"],
    ["Customer Email", "email"],
    ["E-mail 1 - Value", "email"],
    ["Correo electrónico", "email"],
    ["emailVerified", null],
    ["User ID", "userId"],
    ["user_id", "userId"],
    ["ID", "userId"],
    ["Customer ID", null],
    ["contact id", null],
    ["merchantId", null],
    ["Ref.", "reference"],
    ["name", null],
    ["", null],
  ])("%s: %s", (name, role) => {
    expect(roleOfName(name)).toBe(role);
  });

  test("reads a file whose phone column has a German name", async () => {
    expect(await rowsOf("r04-unknown-phone-header.csv")).toEqual(["2: 8 person8@example.com +359881234570"]);
  });

  test("says which columns are unused", async () => {
    const { understood } = await read("userId,email,Rufnr,notes\n7,a@example.com,x,y\n");
    expect(understood?.columns.unused).toEqual(["Rufnr", "notes"]);
  });

  test("refuses an input without a column for the user id or the e-mail, names the columns, and says what to do", async () => {
    expect(await errorOf("Customer ID;имейл\n7;a@example.com\n")).toBe(
      'InputError: The input has no column for the user id (userId). Its columns are "Customer ID", "имейл". Say which one it is: --columns userId=NAME.',
    );
    expect(await errorOf("userId,phone,Kontakt\n7,+359881234569,a@example.com\n")).toContain(
      'no column for the e-mail address (email). Its columns are "userId", "phone", "Kontakt".',
    );
    expect(await errorOf('{"kunde":7,"kontakt":"a@example.com"}\n')).toContain(
      'no member for the user id (userId). Its members are "kunde", "kontakt".',
    );
  });

  test("quotes no contact where the first line is a row", async () => {
    const error = await errorOf("7,ivan@example.com,+359881234567\n8,b@example.com,\n");
    expect(error).toContain("The first line looks like a row, not like a header.");
    expect(error).not.toMatch(/ivan|359/);
  });
});

describe("--columns", () => {
  const input = "Nr;Kontakt;Handy 1;Handy, 2;id\n7;a@example.com;+359881234569;+359881234570;1\n";

  test("names the columns for each role, and may say that one has none", async () => {
    const names = { userId: "Nr", email: "kontakt" };
    expect(await rowsOf(input, { columns: { ...names, phone: "Handy, 2" } })).toEqual([
      "2: 7 a@example.com +359881234570",
    ]);
    expect(await rowsOf(input, { columns: { ...names, phone: null } })).toEqual(["2: 7 a@example.com -"]);
    expect(
      await rowsOf('{"Nr":7,"Kontakt":"a@example.com"}', { columns: { userId: "Nr", email: "Kontakt" } }),
    ).toEqual(["1: 7 a@example.com -"]);
  });

  test("is read from one text; a name may hold a comma", () => {
    expect(parseMapping("phone=Telefon, email=E-Mail,userId = Nr")).toEqual({
      phone: "Telefon",
      email: "E-Mail",
      userId: "Nr",
    });
    expect(parseMapping("phone=Handy, 2,userid=Nr,reference=")).toEqual({
      phone: "Handy, 2",
      userId: "Nr",
      reference: null,
    });
  });

  test.each([
    ["phone", "names no column"],
    ["telephone=x", "names no column"],
    ["", "names no column"],
    ["phone=a,phone=b", "is given twice"],
    ["userId=", "needs a column"],
  ])("refuses %j", (text, problem) => {
    expect(() => parseMapping(text)).toThrow(problem);
  });

  test("refuses a name that no column has, or several", async () => {
    expect(await errorOf(input, { columns: { phone: "Fax" } })).toContain(
      'There is no column "Fax" for the phone number. The columns are "Nr"',
    );
    expect(await errorOf("a,a,email\n1,2,x@example.com\n", { columns: { userId: "a" } })).toContain(
      'Several columns are called "a"',
    );
  });
});
