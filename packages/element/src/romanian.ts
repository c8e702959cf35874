import { romanian as messages } from "@veristep/core";
import type { ElementTexts } from "./texts.js";

export const romanian: ElementTexts = {
  messages,
  titles: {
    checking: "Un moment",
    offline: "Problemă de conexiune",
    trouble: "A apărut o problemă",
    email: "Confirmați adresa de e-mail",
    phoneEntry: "Numărul de telefon",
    phone: "Confirmați numărul de telefon",
    locked: "Prea multe coduri greșite",
    throttled: "Prea multe cereri",
    verified: "Gata",
    failed: "Confirmarea nu a reușit",
  },
  code: "Cod",
  phone: "Număr de telefon",
  actions: { code: "Confirmați", phone: "Trimiteți codul", retry: "Încercați din nou" },
  resend: "Solicitați un cod nou",
  edit: "Corectați numărul",
  back: "Înapoi",
  startOver: "Începeți din nou",
  error: "Eroare",
  whileLocked:
    "Pentru siguranță, nu acceptăm coduri până când expiră timpul de mai jos. Apoi solicitați un cod nou.",
  opensIn: "Încercați din nou peste",
  attemptsLeft: {
    one: "A mai rămas {n} încercare",
    few: "Au mai rămas {n} încercări",
    other: "Au mai rămas {n} de încercări",
  },
};
