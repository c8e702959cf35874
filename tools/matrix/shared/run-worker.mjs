import { Miniflare } from "miniflare";

const [, , compatibilityDate] = process.argv;
const { VERISTEP_URL, VERISTEP_TOKEN, VERISTEP_USER, VERISTEP_EMAIL } = process.env;
const miniflare = new Miniflare({
  modules: true,
  scriptPath: "dist/worker.js",
  compatibilityDate,
  bindings: { VERISTEP_URL, VERISTEP_TOKEN, VERISTEP_USER, VERISTEP_EMAIL },
});
const answer = await miniflare.dispatchFetch("http://localhost/");
console.log(answer.status, await answer.text());
await miniflare.dispose();
if (!answer.ok) process.exitCode = 1;
