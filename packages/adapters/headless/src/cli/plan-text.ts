import { namesByRole, quoted } from "../batch/input/columns.js";
import { roles } from "../batch/input/column-names.js";
import { delimiters } from "../batch/input/delimiters.js";
import type { Plan } from "../batch/input/plan.js";
import type { Understood } from "../batch/input/read-rows.js";
import { counted } from "../counted.js";

/** A plan with what belongs to it, as the user sees it before a batch begins. */
export interface Planned {
  readonly file: string;
  readonly understood: Understood;
  /** null for a pipe, which can be read only once. */
  readonly plan: Plan | null;
  readonly service: string;
  /** null for a dry run without a journal. */
  readonly journal: { readonly file: string; readonly isNew: boolean } | null;
  /** How many more codes are sent when one doesn't arrive. */
  readonly maxAutoResends: number;
}

const count = (number: number): string => number.toLocaleString("en");

const countryNames = new Intl.DisplayNames(["en"], { type: "region", fallback: "code" });

const countryText = (country: string): string =>
  /^[A-Z]{2}$/.test(country) ? (countryNames.of(country) ?? country) : country;

const MOST_COUNTRIES = 8;

function formatText({ format, delimiter, encoding, isEncodingGuessed }: Understood): string {
  const kind = { csv: "CSV", "json lines": "lines of JSON", "json array": "a JSON array" }[format];
  const by = delimiter === null ? "" : `, separated by ${delimiters[delimiter]}s`;
  return `${kind}${by}, ${encoding}${isEncodingGuessed ? " (guessed)" : ""}`;
}

function columnsText({ columns, format }: Understood): string[] {
  const names = namesByRole(columns);
  const used = roles.map((role) =>
    names[role].length === 0
      ? `${role}: none`
      : `${role}: ${names[role].map((name) => quoted([name])).join(" or ")}`,
  );
  const what = format === "csv" ? "columns" : "members";
  return [
    `  ${what.padEnd(9)}${used.join(", ")}`,
    ...(columns.unused.length === 0 ? [] : [`  unused   ${quoted(columns.unused)}`]),
  ];
}

function rowsText({ rows, ready, earlier, problems, withoutPhone }: Plan): string[] {
  const before = Object.entries(earlier).map(([bucket, ended]) => `${bucket} ${count(ended)}`);
  return [
    `  rows     ${count(rows)}, ${count(ready)} to verify`,
    ...(before.length === 0 ? [] : [`           ended earlier: ${before.join(", ")}`]),
    ...problems.map(
      ({ bucket, reason, rows: bad, firstLine }) =>
        `           ${count(bad)} × ${bucket} (${reason}), first on line ${firstLine}`,
    ),
    ...(withoutPhone === 0
      ? []
      : [`           ${counted(withoutPhone, "row")} without a phone number: only the e-mail is verified`]),
  ];
}

/** How many messages go out and where to. */
export function messagesText({ emails, texts, textsTo }: Plan["messages"]): string {
  const shown = textsTo.slice(0, MOST_COUNTRIES);
  const others = textsTo.slice(MOST_COUNTRIES).reduce((sum, one) => sum + one.texts, 0);
  const to = [
    ...shown.map((one) => `${countryText(one.country)} ${count(one.texts)}`),
    ...(others === 0 ? [] : [`other countries ${count(others)}`]),
  ].join(", ");
  const where = to === "" ? "" : ` (${to})`;
  return `${count(emails)} e-mail${emails === 1 ? "" : "s"} and ${count(texts)} text message${texts === 1 ? "" : "s"}${where}`;
}

/** The plan of a batch, for people. */
export function planText({ file, understood, plan, service, journal, maxAutoResends }: Planned): string {
  const again =
    maxAutoResends === 0
      ? ""
      : `; a code that doesn't arrive is sent again, up to ${counted(maxAutoResends, "time")}`;
  return [
    `${file === "-" ? "standard input" : file}: ${formatText(understood)}`,
    ...columnsText(understood),
    ...(plan === null ? ["  rows     unknown: a pipe is read while it is worked on"] : rowsText(plan)),
    ...(plan === null || plan.ready === 0 ? [] : [`  sends    up to ${messagesText(plan.messages)}${again}`]),
    `  service  ${service}`,
    ...(journal === null ? [] : [`  journal  ${journal.file} (${journal.isNew ? "new" : "continued"})`]),
  ].join("\n");
}

/** The plan of a batch, for programs. */
export function planEvent({ file, understood, plan, service, journal, maxAutoResends }: Planned): object {
  const { format, delimiter, encoding, isEncodingGuessed, columns } = understood;
  return {
    event: "plan",
    input: {
      file,
      format,
      delimiter,
      encoding,
      isEncodingGuessed,
      columns: namesByRole(columns),
      unused: columns.unused,
    },
    ...(plan === null ? { rows: null } : plan),
    maxAutoResends,
    service,
    journal,
  };
}
