import type { BaseIssue } from "valibot";
import type { ResolvedPolicy } from "./policy.js";
import type { UnreadableBody } from "./request-body.js";
import { randomHex, type RandomBytes } from "./random.js";

/** The `type` that ASP.NET gives to a 400. */
const badRequestType = "https://tools.ietf.org/html/rfc7231#section-6.5.1";

const statusTexts: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  405: "Method Not Allowed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
};

const unreadable: Readonly<Record<UnreadableBody, readonly [status: number, detail: string]>> = {
  unsupportedType: [415, "The body is of another type than this route takes."],
  tooLarge: [413, "The body is too large."],
  malformed: [400, "The body is not JSON."],
};

/** How a 400 with `errors.Error` is dressed: the samples differ in which members they have. */
type ProblemDress = "full" | "bare";

/** Everything that the API answers, in the style of the policy. Bodies follow `wire-samples.json`. */
export interface Answers {
  json(status: number, body: unknown, headers?: Readonly<Record<string, string>>): Response;
  empty(status: 200 | 204): Response;
  /** 400 with `errors.Error = [message]`; `bare` leaves out `type` and `traceId`. */
  refused(message: string, dress?: ProblemDress): Response;
  /** 400 that names the fields that a schema found fault with. */
  modelState(issues: ReadonlyArray<BaseIssue<unknown>>): Response;
  /** 404 with problem details in every style, or what older deployments answer instead. */
  userNotFound(): Response;
  /** 404 of whatever has no such route: empty, as ASP.NET's, or of an API gateway in front of the service. */
  notRouted(body: "empty" | "json"): Response;
  unauthorized(): Response;
  /** 429; `retryAfter` goes into the header as it is. */
  throttled(retryAfter: string | null): Response;
  /** 5xx. */
  serverError(status: number, body: "empty" | "html" | "problem"): Response;
  /** 415, 413 or 400, for a body that says nothing. */
  unreadable(why: UnreadableBody): Response;
  /** An answer that isn't the API's business: wrong method, wrong type, too large. */
  plain(status: number, detail: string, headers?: Readonly<Record<string, string>>): Response;
}

export function createAnswers(policy: ResolvedPolicy, random: RandomBytes): Answers {
  /** A W3C trace context, as the samples have it. */
  const traceId = () => `00-${randomHex(random, 16)}-${randomHex(random, 8)}-01`;

  const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/json; charset=utf-8", ...headers },
    });

  const problem = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    json(status, body, { "content-type": "application/problem+json; charset=utf-8", ...headers });

  /** An error in the style of the policy. */
  const styled = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const envelope = { errorCode: status, errorMessage: statusTexts[status] ?? "Error" };
    switch (policy.bodyStyle) {
      case "problemDetails":
        return problem(status, body, headers);
      case "legacyEnvelope":
        return json(status, envelope, headers);
      case "errorArray":
        return json(status, [envelope], headers);
    }
  };

  const plain: Answers["plain"] = (status, detail, headers) =>
    problem(status, { title: statusTexts[status], status, detail }, headers);

  const badRequest = (errors: Readonly<Record<string, readonly string[]>>, title = "Bad Request") => ({
    errors,
    type: badRequestType,
    title,
    status: 400,
    traceId: traceId(),
  });

  return {
    json,
    empty: (status) => new Response(null, { status }),
    refused: (message, dress = "full") => {
      const errors = { Error: [message] };
      return styled(
        400,
        dress === "full" ? badRequest(errors) : { errors, status: 400, title: "Bad Request" },
      );
    },
    modelState: (issues) =>
      styled(400, badRequest(fieldErrors(issues), "One or more validation errors occurred.")),
    userNotFound: () =>
      policy.deployment === "legacy"
        ? problem(400, badRequest({ Error: ["UserNotFound"] }))
        : problem(404, { type: null, title: null, status: null, detail: null, instance: null }),
    notRouted: (body) =>
      body === "json"
        ? json(404, { message: "no Route matched with those values" })
        : new Response(null, { status: 404 }),
    unauthorized: () => new Response(null, { status: 401, headers: { "www-authenticate": "Bearer" } }),
    throttled: (retryAfter) =>
      styled(
        429,
        { title: "Too Many Requests", status: 429, traceId: traceId() },
        retryAfter === null ? {} : { "retry-after": retryAfter },
      ),
    serverError: (status, body) => {
      switch (body) {
        case "empty":
          return new Response(null, { status });
        case "html":
          return new Response(errorPage, { status, headers: { "content-type": "text/html; charset=utf-8" } });
        case "problem":
          return problem(status, { title: "Server Error", status, traceId: traceId() });
      }
    },
    unreadable: (why) => plain(...unreadable[why]),
    plain,
  };
}

const errorPage = `<!doctype html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>`;

/** Model-state errors: one message a field, under the field's name in the service's own spelling. */
function fieldErrors(issues: ReadonlyArray<BaseIssue<unknown>>): Record<string, string[]> {
  const errors: Record<string, string[]> = {};
  for (const { path } of issues) {
    const [item] = path ?? [];
    // The assertion: keys of JSON objects and of parameters are texts.
    const key = (item?.key ?? "$") as string;
    const field = key.charAt(0).toUpperCase() + key.slice(1);
    errors[field] ??= [fieldMessage(field, item === undefined ? issues : item.value)];
  }
  return errors;
}

function fieldMessage(field: string, value: unknown): string {
  if (value === undefined || value === null || value === "") return `The ${field} field is required.`;
  if (field === "Email") return "Invalid email address";
  if (field === "PhoneNumber") return "Invalid phone number";
  return `The ${field} field is not valid.`;
}
