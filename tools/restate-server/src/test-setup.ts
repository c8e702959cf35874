import { hasServer, restateServer } from "./binary.js";

/** Fetches restate-server before the projects that need it run, so that no test waits for the download. */
export default async function setup(): Promise<void> {
  if (!hasServer) return;
  await restateServer((line) => {
    process.stderr.write(`${line}\n`);
  });
}
