import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import vue from "@vitejs/plugin-vue";
import { playwright } from "@vitest/browser-playwright";
import solid from "vite-plugin-solid";
import { defineConfig, type Plugin } from "vitest/config";
import { chromium } from "./e2e/src/chromium.js";
import { hasServer } from "./tools/restate-server/src/binary.js";
import { services, whyMissing, type ServiceName } from "./tools/services/src/index.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Tests run against the sources, so that a stack trace and a mutation point at what was written. */
const alias = [
  {
    find: /^@veristep\/core\/testing\/arbitraries$/,
    replacement: path("packages/core/src/testing/arbitraries.ts"),
  },
  { find: /^@veristep\/core\/testing$/, replacement: path("packages/core/src/testing/index.ts") },
  { find: /^@veristep\/core\/code-text$/, replacement: path("packages/core/src/code-text/index.ts") },
  { find: /^@veristep\/core\/host$/, replacement: path("packages/core/src/host/index.ts") },
  { find: /^@veristep\/core\/xstate$/, replacement: path("packages/core/src/xstate.ts") },
  { find: /^@veristep\/core$/, replacement: path("packages/core/src/index.ts") },
  {
    find: /^@veristep\/headless\/durable$/,
    replacement: path("packages/adapters/headless/src/batch/durable/index.ts"),
  },
  { find: /^@veristep\/devtools$/, replacement: path("packages/devtools/src/index.ts") },
  { find: /^@veristep\/devtools\/(parts|bulgarian)$/, replacement: path("packages/devtools/src/$1.ts") },
  { find: /^@veristep\/element$/, replacement: path("packages/element/src/index.ts") },
  { find: /^@veristep\/form$/, replacement: path("packages/form/src/index.ts") },
  { find: /^@veristep\/form\/flow$/, replacement: path("packages/form/src/flow/index.ts") },
  {
    find: /^@veristep\/react\/verify-contact$/,
    replacement: path("packages/react/src/verify-contact.tsx"),
  },
  { find: /^@veristep\/(vue|svelte|solid|angular)$/, replacement: path("packages/$1/src/index.ts") },
  {
    find: /^@veristep\/binding-tests\/(cleanup|input)$/,
    replacement: path("tools/binding-tests/src/$1.ts"),
  },
  { find: /^@veristep\/binding-tests$/, replacement: path("tools/binding-tests/src/index.ts") },
  { find: /^@veristep\/react$/, replacement: path("packages/react/src/index.ts") },
  { find: /^@veristep\/react-native$/, replacement: path("packages/react-native/src/index.ts") },
  { find: /^@veristep\/sandbox$/, replacement: path("packages/adapters/sandbox/src/with-numbers.ts") },
  { find: /^@veristep\/sandbox\/node$/, replacement: path("packages/adapters/sandbox/src/node.ts") },
  {
    find: /^@veristep\/headless\/testing$/,
    replacement: path("packages/adapters/headless/src/testing/index.ts"),
  },
  {
    find: /^@veristep\/headless\/(imap|webhook)$/,
    replacement: path("packages/adapters/headless/src/codes/$1/index.ts"),
  },
  { find: /^@veristep\/http\/token$/, replacement: path("packages/adapters/http/src/token/index.ts") },
  { find: /^@veristep\/http$/, replacement: path("packages/adapters/http/src/node.ts") },
  { find: /^@veristep\/e2e$/, replacement: path("e2e/src/index.ts") },
  { find: /^@veristep\/e2e\/setup$/, replacement: path("e2e/src/setup.ts") },
  {
    find: /^@veristep\/restate\/client$/,
    replacement: path("packages/adapters/restate/src/client/index.ts"),
  },
  { find: /^@veristep\/restate-server$/, replacement: path("tools/restate-server/src/index.ts") },
  { find: /^@veristep\/phone\/country$/, replacement: path("packages/adapters/phone/src/country.ts") },
  {
    find: /^@veristep\/gateway\/client$/,
    replacement: path("packages/adapters/gateway/src/client/index.ts"),
  },
  {
    find: /^@veristep\/gateway\/(redis|postgres)$/,
    replacement: path("packages/adapters/gateway/src/counters/$1.ts"),
  },
  {
    find: /^@veristep\/(phone|gateway|headless|browser|restate)$/,
    replacement: path("packages/adapters/$1/src/index.ts"),
  },
];

/** Why tests that need a service can't run on this machine: those of Dovecot are the files `*.dovecot.test.ts`. */
const missing: Record<string, string> = {};
// These are the keys of a constant.
for (const service of Object.keys(services) as ServiceName[]) {
  const why = whyMissing(service);
  if (why !== null) missing[service] = why;
}
if (!hasServer) {
  missing["engine"] =
    `restate-server isn't packaged for ${process.platform} ${process.arch}. Set VERISTEP_RESTATE_SERVER to the path of one.`;
}

/**
 * How long a test may take to see what it waits for. Only a test that fails ever waits this long: a passing one must
 * not depend on how busy the machine is.
 */
const patience = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 30_000, interval: 20 } },
};

const project = (name: string, root: string) => ({
  resolve: { alias },
  test: {
    name,
    root: path(root),
    include: ["test/**/*.test.ts"],
    exclude: ["browser", ...Object.keys(missing)].map((service) => `test/**/*.${service}.test.ts`),
    // Isolated files would each load every module again.
    isolate: false,
    setupFiles: [path("tools/src/property-seed.ts")],
    ...patience,
  },
});

/** The tests of hosted flows once more, with XState in the place of the compiled engine. */
const coreOnXState = () => {
  const { resolve, test } = project("core on XState", "packages/core");
  const swap = {
    find: /^\.\/compiled-engine\.js$/,
    replacement: path("packages/core/test/engine/xstate-as-default.ts"),
  };
  return {
    resolve: { alias: [swap, ...resolve.alias] },
    test: {
      ...test,
      // These host no flow.
      exclude: [
        "test/engine/**",
        "test/code-text/**",
        "test/{clock,failures,fakes-keep-contracts,no-dead-ends,policy,purity,types}.test.ts",
        "test/pure-transitions.property.test.ts",
      ],
    },
  };
};

/** Sources in which one line is another: `file.ts?break=…` with the two lines. */
const brokenSources: Plugin = {
  name: "broken-sources",
  enforce: "pre",
  transform: (code, id) => {
    const change = /\?break=([^&]*)/.exec(id)?.[1];
    if (change === undefined) return undefined;
    // As `simulation/test/checker.test.ts` has written it.
    const [line, instead] = JSON.parse(decodeURIComponent(change)) as [string, string];
    if (code.split(line).length !== 2) throw new Error(`Not once in ${id}: ${line}`);
    return code.replace(line, () => instead);
  },
};

/** Tests in Node that drive a real browser, one for all files. `test/global-setup.ts` builds and serves the pages. */
const withBrowser = (name: string, root: string, include?: string[]) => {
  const { test, ...rest } = project(name, root);
  return {
    ...rest,
    test: {
      ...test,
      include: include ?? test.include,
      globalSetup: [path(`${root}/test/global-setup.ts`)],
    },
  };
};

/** Projects with tests that need restate-server. It is fetched before the first test runs. */
const withEngine = (name: string, root: string) => {
  const { test, ...rest } = project(name, root);
  return {
    ...rest,
    test: {
      ...test,
      globalSetup: [path("tools/restate-server/src/test-setup.ts")],
    },
  };
};

/** Looks for the browser only when tests in a browser are about to run: unpacking it takes seconds. */
const launchOptions: NonNullable<Parameters<typeof playwright>[0]>["launchOptions"] = {};
const findBrowser: Plugin = {
  name: "find-browser",
  configureServer: async () => {
    Object.assign(launchOptions, await chromium());
  },
};

/** Tests that run in a real browser. */
const inBrowser = (
  name: string,
  root: string,
  options: {
    /** What the tests load from npm: vite would reload the page for what it meets on the way. */
    readonly npm: readonly string[];
    readonly replaced?: typeof alias;
    readonly include?: readonly string[];
    /** Compile the files of a framework. */
    readonly plugins?: readonly Plugin[];
  },
) => ({
  plugins: [findBrowser, ...(options.plugins ?? [])],
  resolve: { alias: [...(options.replaced ?? []), ...alias] },
  optimizeDeps: { include: [...options.npm] },
  test: {
    name,
    root: path(root),
    include: [...(options.include ?? ["test/**/*.browser.test.{ts,tsx}"])],
    // One page for all files: separate pages would each load every module again.
    isolate: false,
    setupFiles: [path(`${root}/test/support/cleanup.ts`)],
    ...patience,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions }),
      instances: [{ browser: "chromium" as const }],
    },
  },
});

const reactNpm = [
  "input-otp",
  "@veristep/phone > libphonenumber-js/max",
  "neverthrow",
  "react",
  "react-dom",
  "react-dom/client",
  "react-dom/server",
  "react/jsx-dev-runtime",
  "react/jsx-runtime",
  "vitest-browser-react",
  "vitest-browser-react/pure",
  "xstate",
];

export default defineConfig({
  test: {
    // One more than there are cores: tests of browsers and processes wait for them most of the time.
    maxWorkers: availableParallelism() + 1,
    reporters: ["default", ["./tools/src/closing-line-reporter.ts", { missing }]],
    projects: [
      project("core", "packages/core"),
      coreOnXState(),
      project("phone", "packages/adapters/phone"),
      project("http", "packages/adapters/http"),
      project("sandbox", "packages/adapters/sandbox"),
      project("headless", "packages/adapters/headless"),
      project("gateway", "packages/adapters/gateway"),
      project("browser", "packages/adapters/browser"),
      project("form", "packages/form"),
      project("devtools", "packages/devtools"),
      withEngine("restate", "packages/adapters/restate"),
      withEngine("durable", "examples/durable"),
      { ...project("simulation", "simulation"), plugins: [brokenSources] },
      project("bench", "bench"),
      project("repository", "tools"),
      withBrowser("e2e", "e2e"),
      withBrowser("examples", "examples/page", ["test/**/*.test.ts", "../playground/test/**/*.test.ts"]),
      withBrowser("shop", "examples/shop"),
      withBrowser("gallery", "examples/gallery"),
      project("recipes", "examples/recipes"),
      project("better-auth", "examples/better-auth"),
      project("react", "packages/react"),
      inBrowser("react in a browser", "packages/react", { npm: reactNpm }),
      project("react-native", "packages/react-native"),
      inBrowser("react-native in a browser", "packages/react-native", {
        npm: [...reactNpm.filter((name) => !/^(input-otp|@veristep)/.test(name)), "react-native-web"],
        replaced: [{ find: /^react-native$/, replacement: "react-native-web" }],
      }),
      inBrowser("devtools in a browser", "packages/devtools", {
        npm: [
          "@veristep/core > neverthrow",
          ...["@valibot/to-json-schema", "hono", "valibot"].map((name) => `@veristep/sandbox > ${name}`),
          "@veristep/sandbox > @veristep/phone > libphonenumber-js/max",
        ],
      }),
      inBrowser("react 18 in a browser", "packages/react", {
        npm: reactNpm,
        replaced: [
          { find: /^react$/, replacement: "react-18" },
          { find: /^react\/(.*)$/, replacement: "react-18/$1" },
          { find: /^react-dom$/, replacement: "react-dom-18" },
          { find: /^react-dom\/(.*)$/, replacement: "react-dom-18/$1" },
        ],
        include: ["test/{binding,lifecycle,renders}.browser.test.tsx"],
      }),
      project("vue", "packages/vue"),
      inBrowser("vue in a browser", "packages/vue", {
        npm: ["@veristep/phone > libphonenumber-js/max", "neverthrow", "vue", "xstate"],
        plugins: [vue()],
      }),
      { ...project("svelte", "packages/svelte"), plugins: [svelte()] },
      inBrowser("svelte in a browser", "packages/svelte", {
        npm: ["@veristep/phone > libphonenumber-js/max", "neverthrow", "xstate"],
        plugins: [svelte()],
      }),
      {
        plugins: [solid({ ssr: true })],
        resolve: { alias },
        test: {
          ...project("solid", "packages/solid").test,
          include: ["test/on-a-server.test.tsx"],
          // The plugin would choose jsdom.
          environment: "node",
        },
      },
      inBrowser("solid in a browser", "packages/solid", {
        npm: ["@veristep/phone > libphonenumber-js/max", "neverthrow", "xstate"],
        plugins: [solid()],
      }),
      inBrowser("angular in a browser", "packages/angular", {
        npm: [
          "@angular/compiler",
          "@angular/core",
          "@angular/platform-browser",
          "@veristep/phone > libphonenumber-js/max",
          "neverthrow",
          "xstate",
        ],
      }),
    ],
  },
});
