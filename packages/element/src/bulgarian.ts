import { bulgarian as messages } from "@veristep/core";
import type { ElementTexts } from "./texts.js";

export const bulgarian: ElementTexts = {
  messages,
  titles: {
    checking: "Един момент",
    offline: "Проблем с връзката",
    trouble: "Нещо се обърка",
    email: "Потвърдете имейла си",
    phoneEntry: "Вашият телефонен номер",
    phone: "Потвърдете телефона си",
    locked: "Твърде много грешни кодове",
    throttled: "Твърде много заявки",
    verified: "Готово",
    failed: "Не успяхме да ви потвърдим",
  },
  code: "Код",
  phone: "Телефонен номер",
  actions: { code: "Потвърдете", phone: "Изпратете код", retry: "Опитайте отново" },
  resend: "Изпратете нов код",
  edit: "Поправете номера",
  back: "Назад",
  startOver: "Започнете отначало",
  error: "Грешка",
  whileLocked:
    "За ваша сигурност не приемаме кодове, докато изтече времето по-долу. После поискайте нов код.",
  opensIn: "Опитайте отново след",
  attemptsLeft: { one: "Остава {n} опит", other: "Остават {n} опита" },
};
