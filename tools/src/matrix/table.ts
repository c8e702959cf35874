/** How one environment fared. */
export interface Outcome {
  readonly title: string;
  readonly versions: string;
  readonly result: "works" | "FAILS" | "not run";
  /** Why it failed or was not run; empty if it works. */
  readonly reason: string;
  /** The lines of the app. */
  readonly lines: number;
  readonly seconds: number;
}

/** Returns a Markdown table, and a line that counts the results. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const cells = [
    ["environment", "versions", "result", "lines", "seconds"],
    ...outcomes.map(({ title, versions, result, reason, lines, seconds }) => [
      title,
      versions,
      // A table has no room for a log.
      result + (reason.split("\n")[0] ?? "").slice(0, 80),
      String(lines),
      String(seconds),
    ]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  const count = (result: Outcome["result"]) => outcomes.filter((one) => one.result === result).length;
  return `${lines.join("\n")}\n\n${count("works")} work, ${count("FAILS")} fail, ${count("not run")} not run`;
}
