import { b01 } from "./b01-no-second-send.js";
import { b02 } from "./b02-status-before-verdict.js";
import { b03 } from "./b03-one-request.js";
import { b04 } from "./b04-late-answers.js";
import { b05 } from "./b05-evidence.js";
import { b06 } from "./b06-already-verified.js";
import { b07 } from "./b07-cooldown.js";
import { b08 } from "./b08-lock.js";
import { b09 } from "./b09-generations.js";
import { b10 } from "./b10-refused-codes.js";
import { b11 } from "./b11-token.js";
import { b12 } from "./b12-unknown-user.js";
import { b13 } from "./b13-throttling.js";
import { b14 } from "./b14-retries.js";
import { b15 } from "./b15-email-stays.js";
import { b16 } from "./b16-no-dead-ends.js";
import { b17 } from "./b17-numbers.js";
import { b18 } from "./b18-verified-elsewhere.js";
import { b30 } from "./b30-no-secrets.js";
import { b31 } from "./b31-restore.js";
import { b32 } from "./b32-deadlines-go-on.js";
import { b33 } from "./b33-damaged-records.js";
import { b34 } from "./b34-restored-verified.js";
import { b35 } from "./b35-records-end.js";
import { b36 } from "./b36-failing-store.js";
import { b37 } from "./b37-tabs.js";
import { b50, b51, b52 } from "./b50-sandbox.js";
import type { Rule } from "./rule.js";

/** Every rule of `behaviour.md` that can be seen from outside, in its order. */
export const rules: readonly Rule[] = [
  b01,
  b02,
  b03,
  b04,
  b05,
  b06,
  b07,
  b08,
  b09,
  b10,
  b11,
  b12,
  b13,
  b14,
  b15,
  b16,
  b17,
  b18,
  b30,
  b31,
  b32,
  b33,
  b34,
  b35,
  b36,
  b37,
  b50,
  b51,
  b52,
];
