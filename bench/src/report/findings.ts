/** One thing that was measured, against one rival or floor. */
export interface Line {
  /** "CPU time of a flow". */
  readonly what: string;
  /** With its unit: "812 µs". */
  readonly ours: string;
  /** Who it is measured against, and its figure: "bare loop, global fetch: 2,010 µs". null for a plain figure. */
  readonly rival: string | null;
  /** Ours in proportion to the rival's. */
  readonly ratio: number | null;
  /** The rival in proportion to itself, measured the same way in the same run: how much of a ratio is noise. */
  readonly control: number | null;
  readonly target: Target | null;
}

/** A target, and whether the measurement meets it. */
export interface Target {
  /** "≤ 0.45". */
  readonly text: string;
  readonly isMet: boolean;
}

/** A table of what a figure is made of. */
export interface Breakdown {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<readonly string[]>;
}

/** The results of a measurement. */
export interface Findings {
  readonly lines: readonly Line[];
  readonly breakdowns?: readonly Breakdown[];
  /** What a reader must know: how it was measured, why a target is missed, what could not be measured. */
  readonly notes: readonly string[];
}

/** One measurement: a file in `measurements/`. */
export interface Measurement {
  /** For the command line: `npm run bench -- sizes`. */
  readonly name: string;
  readonly title: string;
  readonly run: () => Promise<Findings>;
}

export const atMost = (limit: number, value: number, unit = ""): Target => ({
  text: `≤ ${number(limit)}${unit}`,
  isMet: value <= limit,
});

export const atLeast = (limit: number, value: number, unit = ""): Target => ({
  text: `≥ ${number(limit)}${unit}`,
  isMet: value >= limit,
});

/** Three digits that count, as people write numbers. */
export const number = (value: number): string =>
  value.toLocaleString(
    "en-GB",
    Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  );
