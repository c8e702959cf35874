import { measurements } from "../measurements/index.js";

/* Runs one measurement, and hands its findings to the process that has asked: `measurement.js sizes`. */

const measurement = measurements.find(({ name }) => name === process.argv[2]);
if (measurement === undefined) throw new Error(`There is no measurement "${process.argv[2]}"`);
// Taken for too long, or the process that has asked is gone: what was started here ends as well.
const stop = () => process.exit(1);
process.once("SIGTERM", stop).once("disconnect", stop);
const findings = await measurement.run();
process.off("disconnect", stop);
process.send?.(findings);
process.disconnect();
