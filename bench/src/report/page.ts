import type { Line } from "./findings.js";
import { lineTable } from "./markdown.js";
import { whyMissed } from "./why-missed.js";
import type { Taken } from "./results.js";

/** A reader's question, and the measured lines that answer it. */
interface Question {
  readonly title: string;
  readonly text: string;
  readonly from: string;
  readonly lines: (line: Line) => boolean;
}

const against = (line: Line, ...rivals: readonly string[]): boolean =>
  rivals.some((rival) => line.rival?.startsWith(rival) ?? false);

const questions: readonly Question[] = [
  {
    title: "What does a page load?",
    text:
      "Minified and gzipped, without React itself. Clerk, Amplify and SuperTokens bring a whole sign-up with its own " +
      "look; better-auth and Stytch are clients that leave the flow to you.",
    from: "sizes",
    lines: ({ what }) => what.startsWith("the whole React flow"),
  },
  {
    title: "What does a flow cost a server?",
    text:
      "Five calls over HTTP: status, send and confirm for the e-mail, send and confirm for the phone. The floor is a " +
      "loop that makes these calls over undici's connection pool, and remembers and repeats nothing. A bare XState machine does the " +
      "same with states. “core” is `createVerification` with `@veristep/http`, and “headless” is the runner on top of it.",
    from: "headless",
    lines: (line) => against(line, "bare loop, undici Pool"),
  },
  {
    title: "What does a flow allocate?",
    text: "The same five calls. These figures hold on a busy machine as well.",
    from: "allocations",
    lines: () => true,
  },
  {
    title: "What does one step cost?",
    text:
      "In one process, without a network. An XState machine of two states is the floor, and Amplify's authenticator " +
      "machine is a rival of the same kind.",
    from: "flow",
    lines: (line) => line.rival !== null && !line.what.startsWith("a whole flow of the chart"),
  },
  {
    title: "What does a waiting flow keep?",
    text: "Heap after a collection, of 10,000 flows that wait for the e-mail's code.",
    from: "memory",
    lines: () => true,
  },
  {
    title: "Does it grow evenly?",
    text: "Each number of flows in its own process.",
    from: "growth",
    lines: () => true,
  },
  { title: "What does the gateway add?", text: "", from: "gateway", lines: () => true },
  { title: "What does React render?", text: "", from: "renders", lines: () => true },
  { title: "What does the record take?", text: "", from: "record", lines: () => true },
  {
    title: "How fast is the simulation?",
    text: "Whole flows with faults, tabs and reloads, and every rule checked after each step.",
    from: "simulation",
    lines: () => true,
  },
];

const answer = (results: readonly Taken[], { title, text, from, lines }: Question): readonly string[] => {
  const found = results.find(({ name }) => name === from)?.findings.lines.filter(lines) ?? [];
  if (found.length === 0) return [];
  return [`## ${title}`, ...(text === "" ? [] : [text]), lineTable(found)];
};

/** Each missed target, and what takes the rest. */
function misses(results: readonly Taken[]): readonly string[] {
  const parts = results.flatMap(({ name, title, findings }) => {
    const missed = findings.lines.filter(({ target }) => target?.isMet === false);
    const reason = whyMissed[name] ?? "No profile explains this yet.";
    return missed.length === 0
      ? []
      : [
          `**${title}.** ${missed.map(({ what, ours, target }) => `${what}: ${ours}, target ${target?.text ?? ""}`).join("; ")}.`,
          reason,
        ];
  });
  return parts.length === 0 ? [] : ["## What is missed, and why", ...parts];
}

const span = (results: readonly Taken[]): string => {
  const dates = [...new Set(results.map(({ date }) => date))].sort();
  const machines = [...new Set(results.map(({ machine }) => machine))];
  return `${dates.length > 1 ? `${dates[0]} to ${dates.at(-1)}` : dates[0]}, on ${machines.join("; and on ")}`;
};

/** The page for readers. */
export const page = (results: readonly Taken[]): string =>
  `${[
    "# Performance",
    "This page says what veristep costs, compared with what, and how to repeat it. `npm run bench` writes it: measured " +
      `${span(results)}.`,
    "Both sides of each comparison take turns in one run, so trust a ratio more than a time: below 1 is less than the " +
      "other. [The raw tables](../bench/results/tables.md) have the profiles, the noise of each figure and the load of the machine.",
    ...questions.flatMap((question) => answer(results, question)),
    ...misses(results),
    "## How to repeat it",
    "```sh\nnpm run bench                      # everything: about 12 minutes on an idle machine\nnpm run bench -- headless          " +
      "# one measurement, printed only\nnpm run bench -- --keep headless   # the same, and put on this page\nnpm run bench -- --page            " +
      "# writes this page again from what was measured\nnpm run check:allocations          # what `npm run verify` holds: kB allocated per flow\n" +
      "npm run check:sizes                # and the sizes of the bundles\n```",
    "Times differ between machines; the bytes that a flow allocates and the sizes of bundles don't, so the gate holds " +
      "these two. [bench/README.md](../bench/README.md) says how each figure is taken.",
  ].join("\n\n")}\n`;
