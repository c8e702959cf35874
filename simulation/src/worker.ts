import { parentPort, workerData } from "node:worker_threads";
import { playShare, type Figures, type Share } from "./campaign/campaign.js";

/* One worker of a campaign. It plays its share until it gets a message. */

/** The message of a worker. */
export type WorkerNews = { readonly isOver: boolean; readonly figures: Figures };

let isStopped = false;
parentPort?.on("message", () => {
  isStopped = true;
});

const tell = (news: WorkerNews) => parentPort?.postMessage(news);

// Stacks of simulated errors cost time, and are never printed.
Error.stackTraceLimit = 0;
// The main thread of this package passes a share.
const share = workerData as Share;
const figures = await playShare(share, (soFar) => {
  tell({ isOver: false, figures: soFar });
  return isStopped ? "stop" : "continue";
});
tell({ isOver: true, figures });
parentPort?.close();
