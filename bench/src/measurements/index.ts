import type { Measurement } from "../report/findings.js";
import { allocations } from "./allocations.js";
import { flowCost } from "./flow-cost.js";
import { gateway } from "./gateway.js";
import { growth } from "./growth.js";
import { headlessFlows } from "./headless-flows.js";
import { memory } from "./memory.js";
import { record } from "./record.js";
import { renders } from "./renders.js";
import { simulation } from "./simulation.js";
import { sizes } from "./sizes.js";

/** In the order of the report. */
export const measurements: readonly Measurement[] = [
  sizes,
  headlessFlows,
  allocations,
  flowCost,
  memory,
  renders,
  record,
  gateway,
  growth,
  simulation,
];
