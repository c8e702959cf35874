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
 * A person who reads the codes in the sandbox's outbox, mistypes the first one, and then asks for another
 * before going on.
 */
export function clumsyPerson({ verification, url, say, expireTokens }: Clumsiness): CodeSource {
  const inbox = outboxCodes({ url });
  let codesWanted = 0;

  const askForAnother = async () => {
    const tooEarly = verification.resend();
    if (tooEarly.isOk()) return;
    say(`the person asks for another code at once: not taken (${tooEarly.error.kind}), so they wait`);
    const at = verification.view().resend?.availableAt ?? Date.now();
    await sleep(Math.max(at - Date.now(), 0));
    say("meanwhile the access token has expired; the person asks for another code again");
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
      say("the person mistypes the last digit of the code");
      return mistyped(answer.code);
    }
    say(`the person types the code from the ${request.channel === "email" ? "e-mail" : "SMS"}`);
    return answer.code;
  });
}
