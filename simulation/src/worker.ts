import { parentPort, workerData } from "node:worker_threads";
import { playShare, type Figures, type Share } from "./campaign/campaign.js";
import { useLightPlatform } from "./platform/light-platform.js";

/* One worker of a campaign: plays its share, and tells its master how far it is. */

/** What a worker tells. */
export type WorkerNews = { readonly isOver: boolean; readonly figures: Figures };

let isStopped = false;
parentPort?.on("message", () => {
  isStopped = true;
});

const tell = (news: WorkerNews) => parentPort?.postMessage(news);

useLightPlatform();
// Nobody reads the stacks of thousands of errors that are a part of the play.
Error.stackTraceLimit = 0;
// A worker is given its share by the master of this very package.
const share = workerData as Share;
const figures = await playShare(share, (soFar) => {
  tell({ isOver: false, figures: soFar });
  return isStopped ? "stop" : "goOn";
});
tell({ isOver: true, figures });
parentPort?.close();
