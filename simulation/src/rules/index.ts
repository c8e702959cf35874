import { callRules } from "./calls.js";
import { codeRules } from "./codes.js";
import { evidenceRules } from "./evidence.js";
import { recordRules } from "./records.js";
import type { Rule } from "./rule.js";
import { sandboxRules } from "./sandbox.js";
import { sendRules } from "./sends.js";
import { tabRules } from "./tabs.js";

/** The rules of `behaviour.md` that an observer can check. */
export const rules: readonly Rule[] = [
  ...sendRules,
  ...codeRules,
  ...evidenceRules,
  ...callRules,
  ...tabRules,
  ...recordRules,
  ...sandboxRules,
];
