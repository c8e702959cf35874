import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { verificationMachine } from "@veristep/core";
import { instance } from "@viz-js/viz";
import { chartToDot, type ChartOptions } from "./chart.js";

const isRead = "reads the status";
const unmentioned: ReadonlySet<string> = new Set(["failed"]);

/** The pictures of the flow: the whole of it, and the two regions that both contacts share. */
const pictures: Readonly<Record<string, ChartOptions>> = {
  "chart.svg": {
    inside: "",
    direction: "TB",
    unmentioned,
    folded: {
      checkingStatus: isRead,
      failed: "from every state",
      emailPending: String.raw`delivery ∥ entry ∥ watch`,
      emailVerified: "asks for the number",
      "phonePending.askingNumber": "asks for another number",
      "phonePending.proving": String.raw`delivery ∥ entry ∥ watch`,
    },
  },
  "chart-delivery.svg": { inside: "phonePending.proving.delivery", direction: "TB", unmentioned, folded: {} },
  "chart-entry.svg": {
    inside: "phonePending.proving.entry",
    direction: "TB",
    unmentioned,
    folded: {
      "phonePending.proving.entry.reconciling": isRead,
      "phonePending.proving.entry.awaitingRetry": "waits for the person",
    },
  },
};

/** Where a picture is kept. */
export const pictureFile = (name: string): string =>
  fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));

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
