/*
 * Runs one of the tasks below: `npm run NAME -- arguments` or `node tools/run.js NAME arguments`.
 *
 * It needs Node and npm only: it first installs the dependencies where they are missing or stale. The arguments go to
 * the task's last command.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";

const root = join(import.meta.dirname, "..");
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const pnpm = `npx --yes ${packageManager}`;
const build = "tsc -b tsconfig.build.json";

/** The checks that `verify` runs. The README's test command comes first: it compiles what the checks need. */
const checks = [
  "test",
  "lint",
  "format:check",
  "unused",
  "check:prose",
  "check:components",
  "check:docs",
  "check:packages",
  "check:api",
  "pack:check",
  "check:sizes",
  "check:allocations",
];

const inDocs = (command) => `${pnpm} --filter @veristep/docs exec ${command}`;
/** The steps that prepare the documentation site. */
const docs = [build, "node tools/dist/snippets.js", inDocs("typedoc")];

/** The commands of each task; each must succeed before the next one runs. */
const tasks = {
  start: [build, "node examples/first-run/dist/main.js"],
  test: ["tsc -b", "vitest run"],
  "test:watch": ["vitest"],
  build: ["tsc -b"],
  lint: ["oxlint --type-aware --deny-warnings"],
  format: ["oxfmt"],
  "format:check": ["oxfmt --check"],
  unused: ["knip"],
  "check:prose": ["tsc -b tools", "node tools/dist/prose/main.js"],
  "check:components": [
    `${pnpm} --filter @veristep/vue --filter @veristep/svelte --filter @veristep/example-vue --filter @veristep/example-svelte --filter @veristep/docs run check`,
  ],
  "check:packages": ["tsc -b", "node tools/dist/check-packages.js"],
  api: [build, "node tools/dist/api-reports.js"],
  "check:api": [build, "node tools/dist/api-reports.js --check"],
  "pack:check": ["tsc -b", "node tools/dist/pack/main.js"],
  matrix: [build, "node tools/dist/matrix/main.js"],
  "check:sizes": [build, `${pnpm} --filter @veristep/bench run size`],
  "check:allocations": [build, "node bench/dist/check-allocations.js"],
  manifests: ["tsc -b tools", "node tools/dist/manifests.js", "oxfmt"],
  changeset: ["changeset"],
  veristep: [build, "node packages/adapters/headless/dist/cli/main.js"],
  terminal: [build, "node examples/terminal/main.js"],
  "better-auth": ["tsc -b examples/better-auth", "node examples/better-auth/dist/main.js"],
  shop: [
    build,
    `${pnpm} --filter @veristep/example-shop run build`,
    "node examples/shop/dist/server/main.js",
  ],
  docs: [...docs, inDocs("vitepress")],
  "check:docs": [...docs, inDocs("vitepress build"), "node docs/check.js"],
  playground: ["tsc -b examples/playground", `${pnpm} --filter @veristep/playground run dev`],
  gallery: ["tsc -b", `node examples/gallery/gallery.js`],
  vanilla: ["tsc -b examples/vanilla", `${pnpm} --filter @veristep/example-vanilla run dev`],
  vue: ["tsc -b examples/page", `${pnpm} --filter @veristep/example-vue run dev`],
  svelte: ["tsc -b examples/page", `${pnpm} --filter @veristep/example-svelte run dev`],
  durable: ["tsc -b examples/durable", "node examples/durable/dist/main.js"],
  "durable:chaos": ["tsc -b examples/durable", "node examples/durable/dist/chaos.js"],
  chart: [build, "node tools/dist/draw-chart.js"],
  rules: ["tsc -b tools", "node tools/dist/rules.js"],
  bench: [build, "node bench/dist/main.js"],
  simulate: [build, "node simulation/dist/main.js"],
  "lock-step": ["vitest run --project core lock-step random-charts"],
  mutate: [
    "tools/node_modules/.bin/stryker run tools/mutation/core.config.js",
    "tools/node_modules/.bin/stryker run tools/mutation/http.config.js",
  ],
  "mutate:again": ["node tools/mutation/again.js"],
};

/** Environment variables of tasks. The caller's own win. */
const settings = { "lock-step": { LOCK_STEP_RUNS: "50000" } };

const [name = "", ...args] = process.argv.slice(2);
const env = {
  ...settings[name],
  ...process.env,
  PATH: [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
};

/**
 * Runs a shell command. With `heed`, its standard output also goes to that function.
 *
 * @returns its exit status
 */
function run(command, heed) {
  return new Promise((resolve, reject) => {
    const stdio = ["inherit", heed === undefined ? "inherit" : "pipe", "inherit"];
    const child = spawn(command, { cwd: root, env, shell: true, stdio });
    child.stdout?.on("data", (data) => {
      process.stdout.write(data);
      heed(String(data));
    });
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

/** Runs every check, even after one has failed, and ends with "N passed, N failed": tests and checks together. */
async function verify() {
  const begun = performance.now();
  const minutes = () => `${((performance.now() - begun) / 60_000).toFixed(1)} min`;
  const failures = [];
  let passed = 0;
  let failed = 0;
  for (const [index, name] of checks.entries()) {
    console.log(`\n▸ ${index + 1}/${checks.length} npm run ${name} (after ${minutes()})\n`);
    let tail = "";
    const status = await run(`npm run --silent ${name}`, (text) => {
      tail = (tail + stripVTControlCharacters(text)).slice(-10_000);
    });
    const counts = name === "test" ? [...tail.matchAll(/^(\d+) passed, (\d+) failed/gm)].at(-1) : undefined;
    passed += counts === undefined ? Number(status === 0) : Number(counts[1]);
    failed += counts === undefined ? Number(status !== 0) : Math.max(Number(counts[2]), Number(status !== 0));
    if (status !== 0) failures.push(name);
    if (interrupted) return 130;
  }
  const result = failures.length === 0 ? "everything passed" : `these failed: ${failures.join(", ")}`;
  console.log(`\nverify: ${result} (${minutes()})\n${passed} passed, ${failed} failed`);
  return Number(failures.length > 0);
}

// The terminal sends an interrupt to the child as well, which decides how it ends. Nothing runs after it.
let interrupted = false;
process.on("SIGINT", () => {
  interrupted = true;
});

const commands = name === "verify" ? [] : tasks[name];
if (commands === undefined) {
  console.error(
    `There is no task "${name}". The tasks are: ${["verify", ...Object.keys(tasks)].join(", ")}.`,
  );
  process.exit(2);
}
const quote = (argument) =>
  process.platform === "win32" ? JSON.stringify(argument) : `'${argument.replaceAll("'", `'\\''`)}'`;
const quoted = args.map(quote).join(" ");
// pnpm installs what is missing before it executes anything.
process.exitCode = await run(`${pnpm} exec node --eval 0`);
for (const [index, command] of commands.entries()) {
  if (process.exitCode !== 0 || interrupted) break;
  process.exitCode = await run(index === commands.length - 1 ? `${command} ${quoted}` : command);
}
if (process.exitCode === 0 && name === "verify") process.exitCode = await verify();
