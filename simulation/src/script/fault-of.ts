import type { Dice } from "../world/dice.js";
import type { NetworkFault, PlannedFault } from "../world/faults.js";

/** What goes wrong with a request, the likelier things more often. */
export function faultOf(dice: Dice): NetworkFault {
  const processed = dice.chance(0.5);
  switch (
    dice.weighted({
      refused: 3,
      dropBefore: 2,
      dropAfter: 4,
      silence: 2,
      delay: 3,
      duplicate: 3,
      cutBody: 2,
      html: 1,
      nonsense: 0.5,
      falseSuccess: 1,
      notRouted: 1,
      serverError: 5,
      unauthorized: 4,
      throttled: 3,
      successFalse: 0.5,
      redirect: 0.5,
      modelState: 0.5,
      unknownUser: 0.2,
    })
  ) {
    case "refused":
      return { kind: "refused" };
    case "dropBefore":
      return { kind: "dropBefore" };
    case "dropAfter":
      return { kind: "dropAfter" };
    case "silence":
      return { kind: "silence", processed };
    case "delay":
      return {
        kind: "delay",
        thereMs: dice.pick([0, 300, 4_000, 15_000, 70_000]),
        backMs: dice.pick([0, 300, 4_000, 15_000]),
      };
    case "duplicate":
      return {
        kind: "duplicate",
        afterMs: dice.pick([0, 5, 1_000, 65_000]),
        answer: dice.pick(["first", "second"]),
      };
    case "cutBody":
      return { kind: "cutBody" };
    case "html":
      return { kind: "html", processed };
    case "nonsense":
      return { kind: "nonsense", processed };
    case "falseSuccess":
      return {
        kind: "falseSuccess",
        text: dice.pick([
          '{"message":"Unauthorized"}',
          '{"Success":false}',
          '{"code":400}',
          '{"success":true,"code":400}',
          '{"title":"Unauthorized","status":401}',
        ]),
        isProblem: dice.chance(0.3),
      };
    case "notRouted":
      return {
        kind: "notRouted",
        text: dice.pick([
          null,
          '{"message":"no Route matched with those values"}',
          '{"status":404,"error":"Not Found"}',
        ]),
      };
    case "serverError":
      return {
        kind: "serverError",
        status: dice.pick([500, 502, 503]),
        body: dice.pick(["empty", "html", "problem"]),
        processed,
      };
    case "unauthorized":
      return { kind: "unauthorized" };
    case "throttled":
      return {
        kind: "throttled",
        retryAfter: dice.pick([
          null,
          "7",
          "0",
          "120",
          "999999999",
          "soon",
          "-5",
          "-1",
          "Thu, 01 Jan 1970 00:00:00 GMT",
          "Thu, 01 Jan 2026 10:02:00 GMT",
        ]),
      };
    case "successFalse":
      return { kind: "successFalse" };
    case "redirect":
      return { kind: "redirect" };
    case "modelState":
      return { kind: "modelState" };
    case "unknownUser":
      return { kind: "unknownUser", status: dice.pick([404, 400]) };
  }
}

/** A fault for one of the next requests. */
export function planOf(dice: Dice): PlannedFault {
  return { on: dice.pick(["any", "send", "confirm", "confirm", "status", "status"]), fault: faultOf(dice) };
}
