import { section } from "./markdown.js";
import type { Taken } from "./results.js";

const introduction = `# Raw tables of the benchmarks

Written by \`npm run bench\` from \`results.json\`, which is beside this file. [The page for readers](../../docs/performance.md) is
made of the same results.

Each figure is measured against a rival or a floor in the same run, in blocks that take turns. A ratio is ours in
proportion to the rival's, the median over the rounds. The control is the rival in proportion to itself: its distance
from 1 is noise. The load is that of the last minute, the measurement included. kB are 1,000 bytes.`;

/** Everything that was measured, with the profiles. */
export const tables = (results: readonly Taken[]): string =>
  `${[
    introduction,
    ...results.flatMap(({ title, findings, date, machine, load, seconds }) => [
      section(title, findings),
      `_${date}, ${machine}. Load ${load[0]} before, ${load[1]} after; ${seconds} s._`,
    ]),
  ].join("\n\n")}\n`;
