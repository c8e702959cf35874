import * as v from "valibot";

/** Valibot's own words for a member too many or too few name its types, not what to do. */
function describeIssue(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === "never") return "there is no such member";
  return issue.received === "undefined" ? "is missing" : issue.message;
}

/** What is wrong with a value, one line an issue: `policy.codeLifetimeMs: Invalid value: Expected ...`. */
export function describeIssues(issues: ReadonlyArray<v.BaseIssue<unknown>>): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? "value"}: ${describeIssue(issue)}`).join("; ");
}

/**
 * Checks what a programmer passed in.
 *
 * @throws TypeError that names the function, the argument and what was expected of it.
 */
export function checkArgument<const Schema extends v.GenericSchema>(
  where: string,
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (!result.success) throw new TypeError(`${where}: ${describeIssues(result.issues)}`);
  return result.output;
}
