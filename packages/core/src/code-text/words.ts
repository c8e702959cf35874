/*
 * Words that stand beside a number in a message, by stems, in the languages of most messages. A language that is
 * missing costs little: a number without such a word is still found where it is the only one.
 */

/** Stands for what was cut out of a text: neither a digit, nor a letter, nor a space. */
export const OTHER = "\uFFFC";

const LETTER = "[\\p{L}\\p{M}]";

/** The beginning of a word. No look-behind: Safari before 16.4 has none. */
const START = `(?:^|(?!${LETTER})[^])`;

const END = `(?!${LETTER})`;

/** Names of a code, alone or as a part of a word: "code", "Verifizierungscode", "Einmalkennwort". */
const CODE_PARTS =
  "[ck][oóòô]+d|passw|passphr|kennwort|parol|senha|clave|contrase|mot de passe|has[łl]o|hesl|lozink|wachtw|" +
  "l[öo]senord|jelsz|salasan|[sş]ifre|verif|confirm|authen|" +
  "код|парол|потвър|подтвер|підтвер|κωδικ|סיסמ|קוד|رمز|كود|کد|تحقق|تأكيد|" +
  "验证|驗證|校验|校驗|认证|認證|密码|密碼|認証|確認|コード|パスワード|ワンタイム|인증|확인|비밀번호|코드|" +
  "รหัส|कोड|ओटीपी|კოდ|կոդ";

/** Names of a code that are whole words. */
const CODE_NAMES = "otp|pin|m?tan|2fa|token|mã";

/** Codes of another kind. */
const OTHER_CODES =
  "(?:zip|post(?:al)?|promo|discount|coupon|gift|voucher|bar|qr|area|country|dial|error|sort|branch|swift|order|" +
  "пощенски|промо)[ -]?(?:code|код)|zip\\b|postcode|postleitzahl|plz|индекс";

/** Names of other numbers; no words that a sentence about a code may end with: "to open your account: 123456". */
const OTHER_NUMBERS =
  "order|invoice|receipt|booking|reserv|ticket|claim|case|ref(?:erence|\\b)|a/c|messages?|parcel|tracking|polic|" +
  "passport|vat|tax|reg\\.|company|firm\\b|frn|phone|tel(?:e|\\b|[eé]f)|mobil|call|fax|number|nr\\b|num\\b|no[.:°º]|" +
  "n[°º]|id\\b|amount|total|sum\\b|balance|box\\b|ending|" +
  "bestell|auftrag|rechnung|vertrag|nummer|betrag|commande|facture|dossier|appele|num[eé]ro|montant|pedido|factura|" +
  "llam|n[uú]mero|importe|ordine|fattura|importo|chiam|pratica|fatura|ligue|zam[oó]wi|faktur|numer|kwot|zadzwo|" +
  "comand|num[aă]r|sipari|numara|tutar|ma gd|mst|" +
  `поръчк|фактур|номер|тел(?:\\.|еф|${END})|обад|сума|резервац|билет|еик|булстат|рег\\.|заказ|сч[её]т|звон|сумм|` +
  "инн\\b|огрн|№|订单|訂單|尾号|尾號|电话|電話|金额|金額|编号|編號|注文|주문|전화";

/**
 * Finds such words. The group "code" is the name of a code; a match without it is the name of another number.
 * A number of a code ("verification number") is a code.
 */
export const WORDS = new RegExp(
  `${START}(?:${OTHER_CODES})|` +
    `(?<code>(?:(?:${CODE_PARTS})${LETTER}*|${START}(?:${CODE_NAMES})${END})(?: (?:number|no|nr|nummer)${END})?)|` +
    `${START}(?:${OTHER_NUMBERS})${LETTER}*`,
  "giu",
);

/** Short words between a number and its name. */
export const LINKS = "is|are|us|on|at|in|to|le|al|den|ist|est|es|è|je|este|е|на|под|la|số|cua";

/** Currencies as they stand beside an amount. */
export const CURRENCY =
  "\\p{Sc}|(?:EUR|USD|GBP|BGN|CHF|RON|PLN|CZK|HUF|TRY|RUB|UAH|RSD|SEK|NOK|DKK|INR|JPY|CNY|TWD|VND|BRL|IRT|Rs|" +
  `лв|лева|лей|руб|грн|евро|euros?|dollars?|lei|zł|kč|ft|kr|tl|元|円|원|ريال|تومان)${END}`;
