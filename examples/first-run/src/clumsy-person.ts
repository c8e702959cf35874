import { setTimeout as sleep } from "node:timers/promises";
import type { Verification } from "@veristep/core";
import { nextCode, outboxCodes, promisedCodes, type CodeSource } from "@veristep/headless";

/** Another code than the right one. */
const mistyped = (code: string): string => code.slice(0, -1) + String((Number(code.at(-1)) + 1) % 10);

interface Clumsiness {
  readonly verification: Verification;
  /** Of the sandbox. */
  readonly url: string;
  readonly say: (text: string) => void;
  readonly expireTokens: () => void;
}

/**
 * A user who reads the codes in the sandbox's outbox, mistypes the first one, and then requests a new one
 * before they continue.
 */
export function clumsyPerson({ verification, url, say, expireTokens }: Clumsiness): CodeSource {
  const inbox = outboxCodes({ url });
  let codesWanted = 0;

  const askForAnother = async () => {
    const tooEarly = verification.resend();
    if (tooEarly.isOk()) return;
    say(`the user requests a new code at once: not taken (${tooEarly.error.kind}), so they wait`);
    const at = verification.view().resend?.availableAt ?? Date.now();
    await sleep(Math.max(at - Date.now(), 0));
    say("the access token has expired; the user requests a new code again");
    expireTokens();
    verification.resend();
  };

  return promisedCodes(async (request, signal) => {
    codesWanted += 1;
    if (codesWanted === 2) {
      await askForAnother();
      // The newer code is a new question; this one is given up as soon as that code is out.
      return new Promise<never>(() => {});
    }
    const answer = await nextCode(inbox, request, signal);
    if (answer.kind !== "code") return answer;
    if (codesWanted === 1) {
      say("the user mistypes the last digit of the code");
      return mistyped(answer.code);
    }
    say(`the user types the code from the ${request.channel === "email" ? "e-mail" : "SMS"}`);
    return answer.code;
  });
}
