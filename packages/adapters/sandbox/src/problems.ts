import * as v from "valibot";

/** What is wrong with a value, one line an issue: `policy.codeLifetimeMs: Invalid value: Expected ...`. */
export function describeIssues(issues: ReadonlyArray<v.BaseIssue<unknown>>): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? "value"}: ${issue.message}`).join("; ");
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
