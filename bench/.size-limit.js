/*
 * The most that a browser may load, minified and gzipped. Each limit stands just above what is loaded today, so that
 * growth is noticed; where that is above the target, docs/performance.md says by how much, and of what.
 */

const file = (name) => `../packages/${name}/dist/index.js`;
const react = ["react", "react-dom"];
const foundation = ["xstate", "neverthrow"];

/** What an app imports from the built packages, bundled as an app would bundle it. */
const check = (name, limit, imports, ignore) => ({
  name,
  limit,
  path: imports.map(([entry]) => file(entry)),
  import: Object.fromEntries(
    imports.map(([entry, names]) => [new URL(file(entry), import.meta.url).pathname, names]),
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
  check("core", "14.7 kB", [["core", "{ createVerification }"]], foundation),
  check("http", "4.4 kB", [["adapters/http", "{ createHttpApi }"]], [...foundation, "@veristep/core"]),
  check(
    "react",
    "1.6 kB",
    [["react", "*"]],
    [...react, ...foundation, "@xstate/react", "@veristep/core", "@veristep/browser"],
  ),
  check(
    "the whole React flow",
    "37.6 kB",
    [
      ["react", "{ useVerification }"],
      ["adapters/http", "{ createHttpApi }"],
      ["core", "{ english }"],
    ],
    react,
  ),
];
