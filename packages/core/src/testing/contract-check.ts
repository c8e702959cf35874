/** @throws Error that says what is broken, if the two differ as JSON. */
export function check(what: string, actual: unknown, expected: unknown): void {
  const [is, due] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== due) throw new Error(`${what}: ${is} instead of ${due}`);
}
