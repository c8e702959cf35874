/**
 * What all our services ask of the engine, whatever its own defaults are: no journal is kept once a call has ended;
 * and what no worker can take now is tried again soon, and for weeks. (The engine's default is to pause an invocation
 * after an hour, until an operator resumes it.)
 */
export const serviceOptions = {
  journalRetention: 0,
  retryPolicy: { initialInterval: 100, maxInterval: 2_000, exponentiationFactor: 2, maxAttempts: 1_000_000 },
};
