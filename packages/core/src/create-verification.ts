import { err, ok, type Result } from "neverthrow";
import type { OptionProblem } from "./failures.js";
import { Flow } from "./host/flow.js";
import { checkOptions } from "./host/options.js";
import { parseRecord } from "./record.js";
import type { Verification, VerificationOptions } from "./verification.js";

/**
 * Creates a flow in this process: the machine, its actors over `api`, and the commands.
 *
 * @returns the flow, not started yet, or everything that is wrong with the options.
 */
export function createVerification(
  options: VerificationOptions,
): Result<Verification, readonly OptionProblem[]> {
  const { user, record } = options;
  const checked = checkOptions(options.api, user, options.policy);
  if (checked.isErr()) return err(checked.error);
  const foreign =
    record === undefined ? null : parseRecord(record, { userId: user.id, now: Number.NEGATIVE_INFINITY });
  if (foreign?.isErr() === true) {
    return err([{ option: "record", problem: "must be a record of this user, from parseRecord" }]);
  }
  if ("inspect" in options) {
    const problem = "belongs to XState's engine: engine: xstateEngine({ inspect }), of @veristep/core/xstate";
    return err([{ option: "inspect", problem }]);
  }
  if (options.peers !== undefined && options.store === undefined) {
    return err([{ option: "peers", problem: "need a store that all tabs share" }]);
  }
  return ok(new Flow(options, checked.value));
}
