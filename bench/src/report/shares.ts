import type { Shares } from "../harness/profile.js";
import { number, type Breakdown } from "./findings.js";

/** Smaller shares are left out: they are too small to act on. */
const LEAST_SHARE = 0.01;

/** A profile as a table. */
export const sharesTable = (title: string, shares: Shares, what = "share of the CPU time"): Breakdown => ({
  title,
  columns: ["code of", what],
  rows: shares
    .filter(([, share]) => share >= LEAST_SHARE)
    .map(([where, share]) => [where, `${number(share * 100)} %`]),
});
