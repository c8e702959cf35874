import { measurements } from "../measurements/index.js";

/* Runs one measurement, and hands its findings to the process that has asked: `measurement.js sizes`. */

const measurement = measurements.find(({ name }) => name === process.argv[2]);
if (measurement === undefined) throw new Error(`There is no measurement "${process.argv[2]}"`);
// Taken for too long: what it has started ends with it.
process.once("SIGTERM", () => process.exit(1));
const findings = await measurement.run();
process.send?.(findings);
process.disconnect();
