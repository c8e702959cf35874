import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";
import { number } from "./findings.js";

/** Of the last minute. */
export const load = (): string => number(loadavg()[0] ?? Number.NaN);

/** Describes the machine that took the figures. */
export const describeMachine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
  `${platform()} ${release()} ${arch()}, Node ${process.version}`;
