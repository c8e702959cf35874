/*
 * A process that asks the user, for the test at a real terminal. Its argument says what happens once the question
 * stands on the screen: "crash", "exit" or nothing.
 */
import { nextCode, promptCodes } from "@veristep/headless";

const happens = {
  crash: () => {
    setImmediate(() => {
      throw new Error("crashed");
    });
  },
  exit: () => setImmediate(() => process.exit(3)),
};

const output = {
  columns: process.stderr.columns,
  write: (text) => {
    process.stderr.write(text);
    if (text.includes("Code: ")) happens[process.argv[2]]?.();
  },
};

const request = {
  userId: 7,
  channel: "email",
  destination: null,
  masked: "p•••@example.com",
  sentAt: null,
  notBefore: null,
  generation: 1,
  refused: new Set(),
  view: null,
};
const answer = await nextCode(promptCodes({ output }), request).catch((error) => ({ kind: error.reason }));
process.stdout.write(`answered ${answer.kind} ${answer.code ?? ""}\n`);
