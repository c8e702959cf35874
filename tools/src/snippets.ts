import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { compilePrograms, inSurroundings, runProgram } from "./pack/programs.js";
import { snippetsOf, type Snippet } from "./pack/readme.js";
import { root } from "./workspace.js";

/*
 * The code in the pages of `docs`. A comment above a block names a file:
 *   a file with the line "// README" is the rest of the program, and the block is type-checked and run in that place;
 *   any other file is quoted: the block is that file. `npm run docs` writes it, and a test compares.
 * A block without a comment is type-checked as it is, beside the other blocks of its page.
 */

const docs = join(root, "docs");
/** Folders without pages of ours: the reference is made from docstrings. */
const isOther = (name: string): boolean => /^(?:node_modules|api|\..*)$/.test(name);

/** Returns the pages, as paths within `docs`. */
export const pages = (folder = ""): readonly string[] =>
  readdirSync(join(docs, folder), { withFileTypes: true })
    .filter(({ name }) => !isOther(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return pages(path);
      return path.endsWith(".md") ? [path] : [];
    })
    .sort();

const readFile = (path: string): string => readFileSync(join(root, path), "utf8");
const isQuoted = ({ file }: Snippet): boolean => file !== null && !readFile(file).includes("// README\n");

/** Returns a page with its quotes as the files are now. */
export function withQuotes(page: string): string {
  let text = page;
  for (const snippet of snippetsOf(page)) {
    if (snippet.file === null || !isQuoted(snippet)) continue;
    const start = text.indexOf("\n", text.indexOf("```", text.indexOf(`<!-- ${snippet.file} -->`))) + 1;
    text = text.slice(0, start) + readFile(snippet.file) + text.slice(start + snippet.code.length);
  }
  return text;
}

interface Program {
  /** Relative to the folder of all programs. */
  readonly path: string;
  readonly code: string;
  readonly runs: boolean;
}

/** Returns the programs of a page: its blocks, by their titles or numbers. */
function programsOf(page: string): readonly Program[] {
  const folder = page.slice(0, -3).replaceAll("/", "-");
  return snippetsOf(readFileSync(join(docs, page), "utf8")).flatMap((snippet, index) => {
    const { code, language, title, file } = snippet;
    // The files of a framework are checked where they are.
    if (language === "vue" || language === "svelte") return [];
    const runs = file !== null && !isQuoted(snippet);
    return {
      path: `${folder}/${title ?? `block-${index + 1}.${language}`}`,
      code: runs ? inSurroundings(readFile(file), code) : code,
      runs,
    };
  });
}

/** What the compiler has to take on trust: components are checked by the tools of their frameworks. */
const components = `
declare module "*.vue" {
  const component: import("vue").Component;
  export default component;
}
declare module "*.svelte" {
  const component: import("svelte").Component<any>;
  export default component;
}
declare module "react-native";
declare module "@react-native-async-storage/async-storage";
`;

/**
 * Type-checks every block of every page, and runs those in surroundings.
 *
 * @returns what is wrong, and how many there are of each.
 */
export async function checkSnippets(): Promise<{
  readonly problems: readonly string[];
  readonly compiled: number;
  readonly run: number;
}> {
  // In the folder of a package that depends on what the blocks import.
  const folder = join(docs, "node_modules/.cache/snippets");
  await rm(folder, { recursive: true, force: true });
  const programs = pages().flatMap(programsOf);
  for (const { path, code } of programs) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), code);
  }
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "components.d.ts"), components);
  const problems = compilePrograms(folder, {
    // As bundlers resolve modules: most blocks are parts of pages.
    module: "ESNext",
    moduleResolution: "Bundler",
    skipLibCheck: true,
    // Angular's decorators.
    experimentalDecorators: true,
    paths: { "@/*": ["./start-next/*", "./guide-gateway/*"] },
  });
  const runnable = problems.length > 0 ? [] : programs.filter(({ runs }) => runs);
  const failures = runnable.flatMap(({ path }) => runProgram(folder, path.replace(/\.tsx?$/, "")) ?? []);
  return { problems: [...problems, ...failures], compiled: programs.length, run: runnable.length };
}

/** Returns the pages whose quotes differ from their files. */
export const stalePages = (): readonly string[] =>
  pages().filter((page) => {
    const text = readFileSync(join(docs, page), "utf8");
    return withQuotes(text) !== text;
  });

/** Returns the files that pages name and that don't exist. */
export const missingFiles = (): readonly string[] =>
  pages().flatMap((page) =>
    snippetsOf(readFileSync(join(docs, page), "utf8")).flatMap(({ file }) =>
      file === null || existsSync(join(root, file)) ? [] : [`${page}: ${file}`],
    ),
  );

if (process.argv[1] === import.meta.filename) {
  for (const page of stalePages()) {
    const path = join(docs, page);
    writeFileSync(path, withQuotes(readFileSync(path, "utf8")));
  }
}
