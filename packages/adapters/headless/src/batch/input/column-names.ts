/** The role of a column of the input. */
export type Role = "userId" | "email" | "phone" | "reference";

export const roles: readonly Role[] = ["userId", "email", "phone", "reference"];

// cspell:disable -- names in many languages
/**
 * Names of columns in spreadsheets, shops and customer systems, in the form of {@link normalName}. A user id has few
 * names on purpose: a "customer id" is often the shop's own number, and would verify another user.
 */
const names: Readonly<Record<Role, readonly string[]>> = {
  userId: ["userid,id,user,useridentifier,usernumber,ид,потребител,потребителid,idнапотребител"],
  email: [
    "email,mail,emailaddress,mailaddress,emailid,имеил,имеиладрес,меил,емеил,emailадрес,поща",
    "елпоща,електроннапоща,електроненадрес,почта,элпочта,электроннаяпочта,пошта,emailadresse",
    "mailadresse,correo,correoelectronico,emailcliente,courriel,adresseemail,adressemail",
    "adresseelectronique,postaelettronica,indirizzoemail,enderecodeemail,eposta,epostaadresi",
    "epost,epostadress,epostadresse,sahkoposti,adresemail,emailcim,adresaemail",
    "elektronickaposta,メール,メールアトレス,邮箱,電子郵件,이메일",
  ],
  phone: [
    "phone,phonenumber,phoneno,mobile,mobilenumber,mobilephone,mobilephonenumber,mobileno,cell",
    "cellphone,cellnumber,tel,telno,telephone,telephonenumber,telephoneno,gsm,gsmnumber,msisdn",
    "sms,smsnumber,contactnumber,e164,телефон,телефоненномер,номернателефон,тел,телномер",
    "мобилен,мобилентелефон,мобиленномер,мобтел,мобтелефон,джиесем,номертелефона,мобильныи",
    "мобильныителефон,мобільнии,номертелефону,telefon,telefonnummer,telefonnr,handy",
    "handynummer,handynr,mobil,mobilnummer,mobiltelefon,mobiltelefonnummer,mobilfunk",
    "mobilfunknummer,rufnummer,telefono,numerodetelefono,telefonomovil,movil,celular",
    "numerodetelephone,portable,telephoneportable,telephonemobile,numeroditelefono,cellulare",
    "telefone,telemovel,numerodetelefone,telefoon,telefoonnummer,mobiel,mobielnummer,telefonu",
    "telefonnumarası,cep,ceptelefonu,puhelin,puhelinnumero,matkapuhelin,telefonszam",
    "telefonmobil,numardetelefon,telefonnicislo,telefonnecislo,numertelefonu,telefonkomorkowy",
    "komorka,τηλεφωνο,κινητο,電話,電話番号,手机,手机号,手机号码,전화번호,휴대폰",
  ],
  reference: ["reference,ref,referencenumber,externalreference,referenz,referencia,референция"],
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
  roles.flatMap((role) =>
    names[role]
      .join(",")
      .split(",")
      .map((name): [string, Role] => [normalName(name), role]),
  ),
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
