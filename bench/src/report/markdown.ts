import { isSteady } from "../harness/statistics.js";
import { number, type Breakdown, type Findings, type Line } from "./findings.js";

const cell = (text: string): string => text.replaceAll("|", "\\|");
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

const table = (columns: readonly string[], rows: ReadonlyArray<readonly string[]>): string =>
  [row(columns), row(columns.map(() => "---")), ...rows.map(row)].join("\n");

const times = (value: number | null): string => (value === null ? "" : `${number(value)} ×`);
const noise = (control: number | null): string =>
  control === null || isSteady(control) ? times(control) : `${times(control)}: **noisy**`;

const line = ({ what, ours, rival, ratio, control, target }: Line): readonly string[] => [
  what,
  ours,
  rival ?? "",
  times(ratio),
  noise(control),
  target === null ? "" : `${target.text}: ${target.isMet ? "met" : "**missed**"}`,
];

const breakdown = ({ title, columns, rows }: Breakdown): string => `**${title}**\n\n${table(columns, rows)}`;

/** Measured lines as a table for readers. */
export const lineTable = (lines: readonly Line[]): string =>
  table(
    ["what", "veristep", "compared with", "in proportion", "target"],
    lines.map(({ what, ours, rival, ratio, target }) => [
      what,
      ours,
      rival ?? "",
      times(ratio),
      target === null ? "" : `${target.text}: ${target.isMet ? "met" : "**missed**"}`,
    ]),
  );

/** One section of the raw tables. */
export const section = (title: string, { lines, breakdowns = [], notes }: Findings): string =>
  [
    `## ${title}`,
    ...(lines.length === 0
      ? []
      : [table(["what", "measured", "against", "ratio", "control", "target"], lines.map(line))]),
    ...breakdowns.map(breakdown),
    ...notes,
  ].join("\n\n");
