/*
 * The largest size that a browser may load, minified and gzipped. Each limit is just above today's size, so that the
 * check notices growth. Where the limit is above the target, docs/performance.md says by how much, and why.
 */

const file = (name, entry = "index.js") => `../packages/${name}/dist/${entry}`;
const react = ["react", "react-dom"];
const foundation = ["xstate", "neverthrow"];
/** Bindings to frameworks share these. */
const bound = [...foundation, "@veristep/core", "@veristep/form", "@veristep/form/flow"];

/** Measures what an app imports from the built packages, bundled as an app would bundle it. */
const check = (name, limit, imports, ignore) => ({
  name,
  limit,
  path: imports.map(([name, , entry]) => file(name, entry)),
  import: Object.fromEntries(
    imports.map(([name, names, entry]) => [new URL(file(name, entry), import.meta.url).pathname, names]),
  ),
  ignore,
  gzip: true,
  modifyEsbuildConfig: (config) => ({
    ...config,
    format: "esm",
    target: "es2023",
  }),
});

export default [
  check("core", "21.2 kB", [["core", "{ createVerification }"]], foundation),
  check("http", "5.1 kB", [["adapters/http", "{ createHttpApi }"]], [...foundation, "@veristep/core"]),
  check(
    "gateway/client",
    "1.3 kB",
    [["adapters/gateway", "{ gatewayApi }", "client/index.js"]],
    [...foundation, "@veristep/core"],
  ),
  check("form", "5.3 kB", [["form", "*"]], [...foundation, "@veristep/core", "@veristep/core/code-text"]),
  check(
    "element",
    "5 kB",
    [["element", "*"]],
    [
      ...foundation,
      "@veristep/core",
      "@veristep/form",
      "@veristep/browser",
      "@veristep/gateway",
      "@veristep/gateway/client",
    ],
  ),
  check("devtools", "14 kB", [["devtools", "{ connectDevtools }"]], [...foundation, "@veristep/core"]),
  check("devtools in production", "200 B", [["devtools", "{ connectDevtools }", "empty.js"]], []),
  check(
    "form with the flow of a component",
    "6.1 kB",
    [
      ["form", "*"],
      ["form", "{ createFlowHost }", "flow/index.js"],
    ],
    [...foundation, "@veristep/core", "@veristep/core/code-text"],
  ),
  check("react", "1.3 kB", [["react", "*"]], [...react, ...bound]),
  check("vue", "1 kB", [["vue", "*"]], ["vue", ...bound]),
  check("svelte", "1 kB", [["svelte", "*"]], ["svelte", "svelte/reactivity", "svelte/store", ...bound]),
  check("solid", "1 kB", [["solid", "*"]], ["solid-js", ...bound]),
  check("angular", "1 kB", [["angular", "*"]], ["@angular/core", ...bound]),
  check(
    "the whole React flow",
    "38.1 kB",
    [
      ["react", "{ useVerification }"],
      ["adapters/http", "{ createHttpApi }"],
      ["core", "{ english }"],
    ],
    react,
  ),
];
