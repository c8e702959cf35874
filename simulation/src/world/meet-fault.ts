import { proxyTraceId, type NetworkFault } from "./faults.js";
import type { Exchange } from "./network.js";

const page = "<!doctype html><html><body><h1>Guest network</h1></body></html>";
const html = { "content-type": "text/html; charset=utf-8" };
const json = { "content-type": "application/json" };
const problem = { "content-type": "application/problem+json" };

const ignore = () => {};

/** Model state that blames what was typed: the code, the address or the number. */
function modelState({ call }: Exchange): string {
  const [code, contact] = call.channel === "phone" ? ["Code", "PhoneNumber"] : ["Token", "Email"];
  return JSON.stringify({
    errors: { [call.kind === "confirm" ? code : contact]: ["is not valid"] },
    status: 400,
  });
}

/** Lets a request meet its fault, or none. */
export function meetFault(fault: NetworkFault | null, exchange: Exchange): void {
  const { there, back, deliver, passBack, answer, breakOff } = exchange;
  const passOn = (thereMs: number, backMs: number) =>
    deliver(thereMs, (response) => passBack(backMs, response));
  /** Something answers in the service's place, which has seen the request all the same, or not. */
  const answerInstead = (
    processed: boolean,
    ...made: [string | null, number, Readonly<Record<string, string>>]
  ) => {
    if (processed) deliver(there, ignore);
    answer(there + back, ...made);
  };
  switch (fault?.kind) {
    case undefined:
      return passOn(there, back);
    case "refused":
      return breakOff(1, "neverSent");
    case "dropBefore":
      return breakOff(there, "broken");
    case "dropAfter":
      return deliver(there, () => breakOff(back, "broken"));
    case "silence":
      return fault.processed ? deliver(there, ignore) : undefined;
    case "delay":
      return passOn(fault.thereMs, fault.backMs);
    case "duplicate": {
      const [first, second] = [there, there + fault.afterMs];
      deliver(fault.answer === "first" ? second : first, ignore);
      return passOn(fault.answer === "first" ? first : second, back);
    }
    case "cutBody":
      return deliver(there, (response) => exchange.passHalf(back, response));
    case "html":
      return answerInstead(fault.processed, page, 200, html);
    case "nonsense":
      return answerInstead(fault.processed, "[17]", 200, json);
    case "falseSuccess":
      return answerInstead(false, fault.text, 200, fault.isProblem ? problem : json);
    case "notRouted":
      return answerInstead(false, fault.text, 404, fault.text === null ? {} : json);
    case "serverError": {
      const { status } = fault;
      const told = JSON.stringify({ title: "Server Error", status, traceId: proxyTraceId });
      const [text, headers] = {
        empty: [null, {}] as const,
        html: [page, html] as const,
        problem: [told, problem] as const,
      }[fault.body];
      return answerInstead(fault.processed, text, status, headers);
    }
    case "unauthorized":
      return answerInstead(false, null, 401, { "www-authenticate": "Bearer" });
    case "throttled":
      return answerInstead(
        false,
        null,
        429,
        fault.retryAfter === null ? {} : { "retry-after": fault.retryAfter },
      );
    case "successFalse":
      return deliver(there, (response) => {
        if (response.status !== 400 || exchange.call.kind !== "confirm") passBack(back, response);
        else answer(back, '{"success":false,"message":"","code":400}', 200, json);
      });
    case "redirect":
      return answerInstead(false, null, 307, { location: "https://elsewhere.invalid/" });
    case "modelState":
      return answerInstead(false, modelState(exchange), 400, problem);
    case "unknownUser": {
      const told =
        fault.status === 404 ? { title: null, status: null } : { errors: { Error: ["UserNotFound"] } };
      return answerInstead(false, JSON.stringify(told), fault.status, problem);
    }
  }
}
