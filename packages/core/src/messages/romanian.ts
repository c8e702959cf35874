import type { MessageCatalogue } from "./message.js";

export const romanian: MessageCatalogue = {
  locale: "ro-RO",
  messages: {
    // Activities.
    checking: "Vă verificăm datele…",
    retrying: "Problemă de conexiune. Încercăm din nou…",
    sending: "Trimitem un cod către {destination}…",
    confirming: "Verificăm codul…",
    codeSent: "Am trimis un cod de {digits} cifre către {destination}.",
    codeSentWithLetters: "Am trimis un cod către {destination}.",
    codePerhapsSent:
      "Este posibil să fi trimis un cod către {destination}. Dacă nu ajunge, solicitați unul nou.",
    codeUnconfirmed:
      "Nu ne-am putut conecta la serviciu. Dacă nu ajunge niciun cod la {destination}, verificați conexiunea la internet, dezactivați blocarea reclamelor și solicitați un cod nou.",
    codeReplaced:
      "Am trimis un cod nou către {destination} {sentAt}. Codurile mai vechi nu mai sunt valabile.",
    codeExpired: "Codul a expirat. Solicitați unul nou.",
    phoneWanted: "Introduceți numărul de telefon cu prefixul țării.",
    verified: "Adresa de e-mail și numărul de telefon sunt confirmate.",
    emailVerified: "Adresa de e-mail este confirmată.",
    phoneVerified: "Numărul de telefon este confirmat.",

    // Why a call failed.
    unreachable:
      "Nu ne-am putut conecta. Verificați conexiunea la internet, dezactivați blocarea reclamelor și încercați din nou.",
    noAnswer: "Nu am primit niciun răspuns. Încercați din nou.",
    serverError: "A apărut o problemă din partea noastră. Încercați din nou peste puțin timp.",
    protocol: "Rețeaua v-a blocat cererea. Autentificați-vă în rețeaua Wi-Fi, apoi încercați din nou.",
    throttled: "Prea multe cereri. Încercați din nou {until}.",
    unauthorized: "Sesiunea a expirat. Autentificați-vă din nou.",
    tokenUnavailable: "Nu v-am putut reînnoi sesiunea. Încercați din nou sau reluați autentificarea.",
    userNotFound: "Nu v-am găsit contul. Contactați asistența.",
    codeRejected: "Codul nu este corect. Verificați-l sau solicitați unul nou.",
    codeOutdated: "Codul nu este corect. Folosiți-l pe cel mai recent, trimis {sentAt}.",
    codeSuperseded: "Codul nu este corect. Folosiți-l pe cel mai recent.",
    codeMalformed: "Codul nu este valid. Verificați-l sau solicitați unul nou.",
    codeSpent: "Acest cod nu mai poate fi folosit. Solicitați unul nou.",
    contactInvalid: "Adresa sau numărul nu este valid. Verificați și încercați din nou.",
    contactTaken: "Adresa sau numărul aparține altui cont. Folosiți o altă adresă sau un alt număr.",
    contactNotAllowed:
      "Adresa sau numărul nu poate fi folosit aici. Folosiți o altă adresă sau un alt număr.",
    contactRefused: "Adresa sau numărul nu poate fi folosit. Folosiți o altă adresă sau un alt număr.",
    contactNeeded: "Introduceți din nou adresa sau numărul, ca să putem verifica codul.",
    invalidRequest: "A apărut o eroare în aplicație. Vă rugăm să contactați asistența.",

    // Why a command was refused.
    notStarted: "Confirmarea nu a început încă.",
    ended: "Această confirmare s-a încheiat.",
    busy: "Un moment, vă rugăm.",
    notNow: "Acest lucru nu este posibil acum.",
    noCodeSent: "Încă nu v-am trimis niciun cod.",
    cooldown: "Puteți solicita un cod nou {until}.",
    lock: "Prea multe coduri greșite. Încercați din nou {until}.",
    sendLimit: "Ați solicitat prea multe coduri. Încercați din nou {until}.",
    codeFormat: "Introduceți toate cele {digits} cifre.",
    codeFormatWithLetters: "Introduceți toate cele {digits} caractere.",
    codeAlreadyRefused: "Ați încercat deja acest cod. Folosiți-l pe cel mai recent.",
    phoneFormat: "Introduceți numărul cu prefixul țării, de exemplu +40 712 034 567.",
    samePhone: "Confirmăm deja acest număr.",

    // Why a phone number can't be used.
    notANumber: "Acesta nu este un număr de telefon. Verificați-l.",
    countryMissing: "Introduceți numărul cu prefixul țării, de exemplu +40 712 034 567.",
    unknownCountry: "Nicio țară nu are acest prefix. Verificați-l.",
    tooShort: "Numărul este prea scurt pentru {callingCode}. Verificați-l.",
    tooLong: "Numărul este prea lung pentru {callingCode}. Verificați-l.",
    notValid: "Numărul nu este valid pentru {callingCode}. Verificați numărul și prefixul țării.",
    extension: "Nu putem trimite un mesaj la un număr de interior. Introduceți numărul fără interior.",
    unknownRange: "{destination} este numărul corect? Dacă da, continuați. Dacă nu, corectați-l.",

    // How a flow can end.
    userState: "Contul este închis sau blocat. Contactați asistența.",
    emailRefused: "Nu putem trimite mesaje la această adresă de e-mail. Contactați asistența.",
    cancelled: "Confirmarea a fost anulată.",
    defect: "A apărut o eroare în aplicație. Vă rugăm să contactați asistența.",
    suspended: "Confirmarea este în pauză.",

    // How `until` and `sentAt` are written when they are not relative.
    timeToday: "la {time}",
    timeAnotherDay: "{time}",
  },
};
