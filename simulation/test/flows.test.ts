import { describe, expect, test } from "vitest";
import { playShare, type Figures } from "../src/campaign/campaign.js";
import { describeFailure, explain } from "../src/campaign/play.js";
import { useLightPlatform } from "../src/platform/light-platform.js";
import { scriptOf } from "../src/script/generate.js";

useLightPlatform();

const SEED = 11;
const SHARES = 4;
const FLOWS_OF_A_SHARE = 500;

/** Everything about the flows that broke a rule: what it takes to play one again, and its shortest trace. */
async function reportOf({ failed }: Figures): Promise<string> {
  const [first] = failed;
  if (first === undefined) return "";
  const id = `${SEED}:${first.index}`;
  const failure = await explain(id, scriptOf(SEED, first.index));
  return failure === null ? `flow ${id} failed, and not when played again` : describeFailure(failure);
}

describe("B1-B18, B30-B37, B50-B52: no rule is broken, and each flow gets to an end (B16)", () => {
  // A share is its own test, so that none takes long.
  test.for(Array.from({ length: SHARES }, (_, share) => share))(
    `in flows of seed ${SEED}, share %i of ${SHARES}`,
    { timeout: 120_000 },
    async (share) => {
      const figures = await playShare(
        { seed: SEED, first: share, stride: SHARES, runs: FLOWS_OF_A_SHARE },
        () => "goOn",
      );
      expect(await reportOf(figures)).toBe("");
      expect(figures.flows).toBe(FLOWS_OF_A_SHARE);
      expect(figures.ends.verified ?? 0).toBeGreaterThan(FLOWS_OF_A_SHARE / 2);
    },
  );
});
