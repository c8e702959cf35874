import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { verificationMachine } from "@veristep/core";
import { instance } from "@viz-js/viz";
import { chartToDot, type ChartOptions } from "./chart.js";

const isRead = "reads the status";
const unmentioned: ReadonlySet<string> = new Set(["failed"]);

const delivery = "phonePending.proving.delivery";
const entry = "phonePending.proving.entry";
const proving = String.raw`delivery ∥ entry ∥ watch`;

/** The whole of the flow, with what the states in it do. */
const flowNotes = {
  checkingStatus: isRead,
  failed: "from every state",
  emailPending: proving,
  emailVerified: "asks for the number",
  "phonePending.askingNumber": "asks for another number",
  "phonePending.proving": proving,
};
const entryNotes = { [`${entry}.reconciling`]: isRead, [`${entry}.awaitingRetry`]: "waits for the person" };

const withoutNotes = (notes: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.keys(notes).map((path) => [path, ""]));

const explained = { direction: "TB", unmentioned, captions: true } as const;
const overview = { direction: "TB", unmentioned, captions: false } as const;

/**
 * The pictures of the flow: the whole of it, and the two regions that both contacts share. For reading, and for
 * the playground, which lights the states that the flow is in.
 */
const pictures: Readonly<Record<string, ChartOptions>> = {
  "docs/chart.svg": { ...explained, inside: "", folded: flowNotes },
  "docs/chart-delivery.svg": { ...explained, inside: delivery, folded: {} },
  "docs/chart-entry.svg": { ...explained, inside: entry, folded: entryNotes },
  "examples/playground/src/chart/flow.svg": {
    ...overview,
    direction: "LR",
    inside: "",
    folded: withoutNotes(flowNotes),
  },
  "examples/playground/src/chart/delivery.svg": { ...overview, inside: delivery, folded: {} },
  "examples/playground/src/chart/entry.svg": { ...overview, inside: entry, folded: withoutNotes(entryNotes) },
};

/** Where a picture is kept; its name is its path in the repository. */
const pictureFile = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** Every picture, drawn from the machine, by the name of its file. */
export async function drawPictures(): Promise<Readonly<Record<string, string>>> {
  const viz = await instance();
  return Object.fromEntries(
    Object.entries(pictures).map(([name, options]) => [
      name,
      viz.renderString(chartToDot(verificationMachine, options), { format: "svg", engine: "dot" }),
    ]),
  );
}

/** The names of the pictures that are not the machine's any more. */
export async function stalePictures(): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const [name, drawn] of Object.entries(await drawPictures())) {
    const kept = await readFile(pictureFile(name), "utf8").catch(() => "");
    if (kept !== drawn) stale.push(name);
  }
  return stale;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, drawn] of Object.entries(await drawPictures())) await writeFile(pictureFile(name), drawn);
}
