import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { publicPackages, root } from "./workspace.js";

/*
 * Keeps a report of the public API of each package, in its folder `etc`, so that a review sees when the API changes:
 *   npm run api          writes the reports
 *   npm run check:api    fails if the reports differ from the API
 *
 * It reads the compiled declarations of each entry in a package's `exports`.
 */

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

interface Entry {
  readonly packageFolder: string;
  readonly declarations: string;
  /** The file name of the report: "core.api.md", or "core-testing.api.md" for an entry below the package. */
  readonly report: string;
}

const reportFolderOf = (packageFolder: string): string => join(packageFolder, "etc");

function entriesOf({ folder, manifest }: ReturnType<typeof publicPackages>[number]): readonly Entry[] {
  const packageFolder = join(root, folder);
  return Object.entries(manifest.exports ?? {}).map(([path, { types }]) => {
    if (types === undefined) throw new Error(`${folder}/package.json: the entry "${path}" has no "types"`);
    const name = [manifest.name.replace("@veristep/", ""), ...path.split("/").slice(1)].join("-");
    return { packageFolder, declarations: join(packageFolder, types), report: `${name}.api.md` };
  });
}

const none = { default: { logLevel: ExtractorLogLevel.None } };

const configOf = ({ packageFolder, declarations, report }: Entry): ExtractorConfig =>
  ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(packageFolder, "package.json"),
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: declarations,
      newlineKind: "lf",
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: "ES2023",
            lib: ["ES2023", "DOM", "DOM.Iterable"],
            module: "NodeNext",
            moduleResolution: "NodeNext",
            jsx: "react-jsx",
            types: ["node"],
            typeRoots: [join(root, "node_modules/@types")],
            strict: true,
            exactOptionalPropertyTypes: true,
            // As in tsconfig.base.json: `tsc -b` has checked our own declarations.
            skipLibCheck: true,
          },
          files: [declarations],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: report,
        // A type that the API uses and doesn't export is part of the API too.
        includeForgottenExports: true,
        reportFolder: reportFolderOf(packageFolder),
        reportTempFolder: join(root, "node_modules/.cache/api-reports"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: none,
        tsdocMessageReporting: none,
        extractorMessageReporting: none,
      },
    },
  });

const entries = publicPackages().flatMap(entriesOf);
const configs = entries.map(configOf);
const [first, ...others] = configs;
if (first === undefined) throw new Error("There are no public packages");
// One program for all entries: it parses the packages and what they depend on once.
const compilerState = CompilerState.create(first, {
  additionalEntryPoints: others.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
});

const folders = new Set(entries.map(({ packageFolder }) => reportFolderOf(packageFolder)));
for (const folder of folders) mkdirSync(folder, { recursive: true });

const differing: string[] = [];
for (const config of configs) {
  const { apiReportChanged } = Extractor.invoke(config, {
    compilerState,
    localBuild: !values.check,
    messageCallback: (message) => {
      // This script says itself which reports differ.
      message.handled = true;
    },
  });
  if (apiReportChanged) differing.push(config.reportFilePath);
}
for (const folder of folders) {
  for (const file of readdirSync(folder).filter((file) => !entries.some(({ report }) => report === file))) {
    differing.push(join(folder, file));
    if (!values.check) rmSync(join(folder, file));
  }
}

for (const file of differing)
  console.log(`${values.check ? "differs" : "written"}: ${file.slice(root.length)}`);
console.log(`${entries.length} entries of public packages, ${differing.length} reports differed.`);
if (values.check && differing.length > 0) {
  console.error("The public API has changed. Run `npm run api`, then commit the reports and a changeset.");
  process.exitCode = 1;
}
