/** Resolves once everything that was ready to run has run, without any time elapsing. */
export type Settle = () => Promise<void>;

/**
 * For code that uses promises only, as everything here does on the light platform: what a promise's reaction puts
 * off to the next tick is run by Node after the last promise has settled, however long the chain.
 */
export const settlePromises: Settle = async () => {
  await Promise.resolve();
  await new Promise<void>((resolve) => {
    process.nextTick(resolve);
  });
};

/** For code that uses the platform's streams as well. */
export const settleEverything: Settle = async () => {
  for (let turns = 0; turns < 3; turns += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
};
