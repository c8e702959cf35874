import * as fc from "fast-check";

/*
 * The gate looks at the same cases each time, so that a change is never blamed for what an older one broke.
 * New cases are looked for on purpose: `VERISTEP_SEED=random VERISTEP_RUNS=20000 npx vitest run`.
 */
const { VERISTEP_SEED: asked = "20260101" } = process.env;

export const seed = asked === "random" ? Math.trunc(Math.random() * 2 ** 31) : Number(asked);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
