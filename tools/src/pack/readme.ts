/** A code block of a document in TypeScript or JavaScript. */
export interface Snippet {
  readonly code: string;
  readonly language: "ts" | "tsx" | "vue" | "svelte";
  /** The name of its file, from the title of the block: `main.ts` of "```ts [main.ts]". */
  readonly title: string | null;
  /** The file of the repository that a comment right above the block names. */
  readonly file: string | null;
}

const block =
  /^(?:<!-- (\S+) -->\n+)?```(tsx?|jsx?|vue|svelte)\b[^\n[]*(?:\[([^\n]+)\])?[^\n]*\n(.*?)^```/gms;

/** Returns the code blocks in TypeScript, JavaScript, Vue or Svelte, in the order of the document. */
export const snippetsOf = (document: string): readonly Snippet[] =>
  [...document.matchAll(block)].map(([, file = null, language = "", title = null, code = ""]) => ({
    code,
    // The alternatives of the pattern: JavaScript is TypeScript as well.
    language: language.replace("js", "ts") as Snippet["language"],
    title,
    file,
  }));

/** Returns the first code block in TypeScript or JavaScript, or null. */
export const firstSnippet = (readme: string): Snippet | null =>
  snippetsOf(readme).find(({ language }) => language === "ts" || language === "tsx") ?? null;

/** Returns the packages of the first `npm install` line. */
export function installedPackages(readme: string): readonly string[] {
  const [, list = ""] = /^npm install (?!--global)([^#\n]+)/m.exec(readme) ?? [];
  return list.split(/\s+/).filter((word) => word !== "" && !word.startsWith("-"));
}

/** Returns the names of the packages that a module imports: "effect" for `effect/Effect`. */
export function importedPackages(code: string): readonly string[] {
  const specifiers = [...code.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*["'](@?[a-z][\w@./:-]*)["']/g)];
  const names = specifiers.map(([, specifier = ""]) => {
    const parts = specifier.split("/");
    return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? specifier);
  });
  return [...new Set(names)];
}
