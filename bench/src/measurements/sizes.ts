import { installRivals, rivalsFolder } from "../rivals/install.js";
import { bundle, ours, type Bundle } from "../sizes/bundle.js";
import { foundation, react, rivalEntries, rivalExternals, wholeFlow } from "../sizes/entries.js";
import {
  atMost,
  number,
  type Breakdown,
  type Findings,
  type Line,
  type Measurement,
} from "../report/findings.js";

const kB = (bytes: number): string => `${number(bytes / 1_000)} kB`;

const targets = { whole: 28, wholeBrotli: 25.2 };

/** The imports that measure each package alone, without its dependencies. */
const alone = {
  core: [`export { createVerification } from "@veristep/core";`, foundation],
  http: [`export { createHttpApi } from "@veristep/http";`, [...foundation, "@veristep/core"]],
  react: [`export * from "@veristep/react";`, [...react, ...foundation, "@veristep/core", "@veristep/form"]],
} as const;

const line = (
  what: string,
  bytes: number,
  limit: number | null,
  rival?: readonly [string, number],
): Line => ({
  what,
  ours: kB(bytes),
  rival: rival === undefined ? null : `${rival[0]}: ${kB(rival[1])}`,
  ratio: rival === undefined ? null : bytes / rival[1],
  control: null,
  target: limit === null ? null : atMost(limit, bytes / 1_000, " kB"),
});

/** Folders of ours, and packages. */
const groups: ReadonlyArray<readonly [string, RegExp]> = [
  ["core: the chart (chart/, rules/)", /^core\/(?:chart|rules)\//],
  ["core: the engine", /^core\/engine\//],
  ["core: finding a code in a message", /^core\/code-text\//],
  ["core: the host (host/, createVerification)", /^core\/(host\/|create-verification)/],
  ["core: the view", /^core\/view/],
  ["core: the record", /^core\/record/],
  ["core: messages", /^core\/messages\//],
  ["core: policy, failures, clock", /^core\//],
  ["http", /^adapters\/http\//],
  ["form", /^form\//],
  ["react", /^react\//],
];

/** Where the bytes come from. What a part takes of the gzipped bundle is in proportion: gzip packs all as one. */
function breakdown({ parts, gzip }: Bundle): Breakdown {
  const sums = new Map<string, number>();
  for (const [part, bytes] of parts) {
    const group = groups.find(([, pattern]) => pattern.test(part))?.[0] ?? part;
    sums.set(group, (sums.get(group) ?? 0) + bytes);
  }
  const total = [...sums.values()].reduce((sum, bytes) => sum + bytes, 0);
  return {
    title: `What ${wholeFlow.name} is made of`,
    columns: ["part", "minified", "of the gzipped bundle, in proportion"],
    rows: [...sums]
      .sort(([, a], [, b]) => b - a)
      .map(([part, bytes]) => [part, kB(bytes), kB((bytes / total) * gzip)]),
  };
}

async function run(): Promise<Findings> {
  const notes = [
    "Minified by esbuild for the browser and gzipped, without React. `npm run verify` fails when one of them grows: " +
      "`bench/.size-limit.js` has the limits, just above what is measured.",
  ];
  const own = {
    core: (await bundle(alone.core[0], ours, alone.core[1])).gzip,
    http: (await bundle(alone.http[0], ours, alone.http[1])).gzip,
    react: (await bundle(alone.react[0], ours, alone.react[1])).gzip,
  };
  const whole = await bundle(wholeFlow.contents, ours, react);
  const beyond = await bundle(wholeFlow.contents, ours, [...react, ...foundation]);
  const lines = [
    line("core: `createVerification`, without xstate and neverthrow", own.core, null),
    line("http, without neverthrow", own.http, null),
    line("react, without its peers", own.react, null),
    line("own code of the whole React flow, with the form", beyond.gzip, null),
    line(wholeFlow.name, whole.gzip, targets.whole),
    line(`${wholeFlow.name}, with brotli`, whole.brotli, targets.wholeBrotli),
  ];
  try {
    await installRivals();
    for (const { name, contents } of rivalEntries) {
      try {
        const { gzip } = await bundle(contents, rivalsFolder, rivalExternals);
        lines.push(line(wholeFlow.name, whole.gzip, null, [name, gzip]));
      } catch {
        notes.push(`${name} could not be bundled.`);
      }
    }
  } catch (error) {
    notes.push(`No rivals here: ${error instanceof Error ? error.message : "they failed"}.`);
  }
  return { lines, breakdowns: [breakdown(whole)], notes };
}

export const sizes: Measurement = { name: "sizes", title: "Sizes", run };
