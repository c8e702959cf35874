import { expect, test } from "vitest";
import { playShare } from "../src/campaign/campaign.js";
import { explain } from "../src/campaign/play.js";

const SEED = 11;
const SHARES = 4;
const FLOWS_OF_A_SHARE = 250;

// One test for each share, so that none takes long.
test.for(Array.from({ length: SHARES }, (_, share) => share))(
  `breaks no rule (B1-B18, B30-B37, B50-B52) in flows of seed ${SEED}, share %i of ${SHARES}, and brings each to an end (B16)`,
  { timeout: 120_000 },
  async (share) => {
    const figures = await playShare({ seed: SEED, first: share, stride: SHARES, runs: FLOWS_OF_A_SHARE });
    const [failed] = figures.failed;
    expect(failed === undefined ? null : await explain(SEED, failed.index)).toBeNull();
    expect(failed).toBeUndefined();
    expect(figures.ends.verified ?? 0).toBeGreaterThan(FLOWS_OF_A_SHARE / 2);
  },
);
