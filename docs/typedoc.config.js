import { join } from "node:path";
import { Converter, ReflectionKind } from "typedoc";
import { publicPackages, root } from "../tools/dist/workspace.js";

/* The API reference: one page for each entry of each package, from its docstrings. */

/** The sources of the entries, by the names that users import. */
const entries = new Map(
  publicPackages().flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports ?? {}).map(([entry, { types = "" }]) => [
      join(root, folder, types.replace("./dist/", "src/").replace(".d.ts", ".ts")),
      `${manifest.name}${entry.slice(1)}`,
    ]),
  ),
);

/** Names the pages after what users import. */
function nameEntries(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return;
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName;
    reflection.name = entries.get(file) ?? reflection.name;
  });
}

export default {
  entryPoints: [...entries.keys()],
  tsconfig: join(import.meta.dirname, "tsconfig.reference.json"),
  plugin: ["typedoc-plugin-markdown", "typedoc-vitepress-theme", nameEntries],
  docsRoot: import.meta.dirname,
  out: "api",
  name: "API reference",
  router: "module",
  readme: "none",
  skipErrorChecking: true,
  excludeExternals: true,
  excludePrivate: true,
  disableSources: true,
  // Its count of equal headings differs from that of VitePress.
  useHTMLAnchors: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  logLevel: "Error",
};
