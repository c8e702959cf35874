import type { Findings, Measurement } from "../report/findings.js";

/* Counted by tests, in a real browser: a count is the same on every machine, so `npm run verify` holds it. */

async function run(): Promise<Findings> {
  const counted = (what: string, ours: string, target: string) => ({
    what,
    ours,
    rival: null,
    ratio: null,
    control: null,
    target: { text: target, isMet: true },
  });
  return {
    lines: [
      counted("renders a second while a cooldown runs, its leaf aside", "0", "0"),
      counted("components that render for a keystroke", "1, and its leaf", "≤ 3"),
    ],
    notes: [
      "Not measured here but held by `packages/react/test/renders.browser.test.tsx`, in Chromium with React 18 and 19: " +
        "that test fails as soon as one more component renders, and `npm run verify` runs it.",
    ],
  };
}

export const renders: Measurement = { name: "renders", title: "Renders in React", run };
