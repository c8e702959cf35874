/** The role of a column of the input. */
export type Role = "userId" | "email" | "phone" | "reference";

export const roles: readonly Role[] = ["userId", "email", "phone", "reference"];

// cspell:disable -- names in many languages
/**
 * What columns are called, by spreadsheets, shops and customer systems. A user id has few names on purpose: a
 * "customer id" is often the shop's own number, and would verify another user.
 */
const names: Readonly<Record<Role, string>> = {
  userId:
    "user id, userid, id, user, user identifier, user number, ид, потребител, потребител id, id на потребител",
  email: `email, e-mail, mail, email address, e-mail address, mail address, email id, имейл, имейл адрес, мейл, емейл,
    e-mail адрес, поща, ел поща, електронна поща, електронен адрес, почта, эл почта, электронная почта, пошта,
    e-mail-adresse, mailadresse, correo, correo electrónico, email cliente, courriel, adresse email, adresse e-mail,
    adresse mail, adresse électronique, posta elettronica, indirizzo email, endereço de email, e-posta, eposta,
    e-posta adresi, e-post, epost, e-postadress, e-postadresse, sähköposti, adres email, adres e-mail, e-mail cím,
    adresă email, elektronická pošta, メール, メールアドレス, 邮箱, 電子郵件, 이메일`,
  phone: `phone, phone number, phone no, mobile, mobile number, mobile phone, mobile phone number, mobile no, cell,
    cell phone, cellphone, cell number, tel, tel no, telephone, telephone number, telephone no, gsm, gsm number, msisdn,
    sms, sms number, contact number, e164, телефон, телефонен номер, номер на телефон, тел, тел номер, мобилен,
    мобилен телефон, мобилен номер, моб тел, моб телефон, джиесем, номер телефона, мобильный, мобильный телефон,
    мобільний, номер телефону, telefon, telefonnummer, telefonnr, handy, handynummer, handynr, mobil, mobilnummer,
    mobiltelefon, mobiltelefonnummer, mobilfunk, mobilfunknummer, rufnummer, teléfono, número de teléfono,
    teléfono móvil, móvil, celular, téléphone, tél, numéro de téléphone, portable, téléphone portable,
    téléphone mobile, telefono, numero di telefono, cellulare, telefone, telemóvel, número de telefone, telefoon,
    telefoonnummer, mobiel, mobiel nummer, telefonu, telefon numarası, cep, cep telefonu, puhelin, puhelinnumero,
    matkapuhelin, telefonszám, telefon mobil, număr de telefon, telefonní číslo, telefónne číslo, numer telefonu,
    telefon komórkowy, komórka, τηλέφωνο, κινητό, 電話, 電話番号, 手机, 手机号, 手机号码, 전화번호, 휴대폰`,
  reference:
    "reference, ref, reference number, external reference, referenz, referencia, référence, референция",
};

/** Words that say whose contact it is, or which. */
const besides = new Set(
  `customer client contact user primary main default personal private work business company home billing shipping
   registered account value`.split(/\s+/),
);

/** A name without what differs between ways of writing it: case, accents, spaces and punctuation. */
export const normalName = (name: string): string =>
  name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");

const roleOf = new Map(
  roles.flatMap((role) => names[role].split(",").map((name): [string, Role] => [normalName(name), role])),
);

const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/\([^)]*\)/g, " ")
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== "");

/** Returns the role of a column with this name; null if the name does not say it. */
export function roleOfName(name: string): Role | null {
  const exact = roleOf.get(normalName(name));
  if (exact !== undefined) return exact;
  const whole = roleOf.get(normalName(wordsOf(name).join("")));
  if (whole !== undefined) return whole;
  // "Billing Phone", "E-mail 1 - Value". Not for a user id: a "contact id" is another one.
  const bare = wordsOf(name).filter((word) => !besides.has(word.toLowerCase()) && !/^\d+$/.test(word));
  const role = roleOf.get(normalName(bare.join("").replace(/\d+$/, "")));
  return role === "email" || role === "phone" ? role : null;
}
