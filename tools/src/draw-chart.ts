import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { verificationMachine } from "@veristep/core/xstate";
import { boxesOf, type ChartOptions } from "./chart.js";
import { drawBoxes } from "./picture.js";

const isRead = "reads the status";
const unmentioned: ReadonlySet<string> = new Set(["failed"]);

/** The regions that both contacts share; the pictures show those of the phone. */
const regions = ["delivery", "entry", "lock", "watch"] as const;
/** Those that the devtools show. */
const lit = ["delivery", "entry", "lock"] as const;
const inside = (region: (typeof regions)[number]): string => `phonePending.${region}`;
const verifying = regions.join(" ∥ ");

/** The whole of the flow, with what the states in it do. */
const flowNotes = {
  checkingStatus: isRead,
  emailPending: verifying,
  phoneNeeded: "asks for the number",
  phonePending: verifying,
  failed: "from every state",
};
const notes: Readonly<Record<(typeof regions)[number], Readonly<Record<string, string>>>> = {
  delivery: {},
  entry: {},
  lock: {},
  watch: { "phonePending.watch.reading": isRead },
};

const withoutNotes = (noted: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.keys(noted).map((path) => [path, ""]));

const picture = (options: Omit<ChartOptions, "unmentioned">, captions: boolean): string =>
  drawBoxes(boxesOf(verificationMachine, { ...options, unmentioned }), { captions });

const explained = (part: string, folded: ChartOptions["folded"]) => picture({ inside: part, folded }, true);
const overview = (part: string, folded: ChartOptions["folded"]) =>
  picture({ inside: part, folded: withoutNotes(folded) }, false);

/** Where a picture is kept; its name is its path in the repository. */
const pictureFile = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** A picture as the devtools need it: its size and its font are those of the panel. */
const bare = (svg: string): string =>
  svg.replace(/ width="[^"]*" height="[^"]*"/, "").replace(/ font-family="[^"]*" fill="[^"]*"/, "");

/** The module with the pictures that the devtools light. */
const devtoolsCharts = (): string => `/* Drawn from the machine by \`npm run chart\`. */

/** The chart's parts as SVG. A box has the path of its state as \`data-state\`; an arrow has \`data-from\` and \`data-to\`. */
export const charts = {
  flow: \`${bare(overview("", flowNotes))}\`,
${lit.map((region) => `  ${region}: \`${bare(overview(inside(region), notes[region]))}\`,\n`).join("")}} as const;
`;

/** The pictures of the flow, by the names of their files: the whole of it, and the regions that both contacts share. */
const drawPictures = (): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ["docs/chart.svg", explained("", flowNotes)],
    ...regions.map((region) => [`docs/chart-${region}.svg`, explained(inside(region), notes[region])]),
    ["packages/devtools/src/charts.ts", devtoolsCharts()],
  ]);

/** The names of the pictures that are not the machine's any more. */
export async function stalePictures(): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const [name, drawn] of Object.entries(drawPictures())) {
    const kept = await readFile(pictureFile(name), "utf8").catch(() => "");
    if (kept !== drawn) stale.push(name);
  }
  return stale;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, drawn] of Object.entries(drawPictures())) await writeFile(pictureFile(name), drawn);
}
