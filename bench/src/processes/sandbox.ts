import { createSandbox } from "@veristep/sandbox";
import { serveSandbox } from "@veristep/sandbox/node";
import { answerQuestions } from "../harness/child.js";
import type { SandboxAnswer, SandboxQuestion } from "../flows/people.js";
import { emailOf } from "../flows/people.js";

/*
 * The service, in a separate process. Its codes are all the same, so that no contender spends time on finding them.
 */

const CODE_BYTES = 3;
const sandbox = createSandbox({
  random: (length) =>
    length === CODE_BYTES ? new Uint8Array(length) : crypto.getRandomValues(new Uint8Array(length)),
});
const { url } = await serveSandbox({ sandbox });

answerQuestions<SandboxQuestion, SandboxAnswer>(({ first, count }) => {
  for (let id = first; id < first + count; id += 1) sandbox.addUser({ id, email: emailOf(id) });
  return { url };
});
