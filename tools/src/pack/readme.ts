/** A code block of a README in TypeScript or JavaScript. */
export interface Snippet {
  readonly code: string;
  readonly extension: "ts" | "tsx";
}

/** Returns the first code block in TypeScript or JavaScript, or null. */
export function firstSnippet(readme: string): Snippet | null {
  const [, language, code] = /^```(tsx?|jsx?)\n(.*?)^```/ms.exec(readme) ?? [];
  if (code === undefined) return null;
  return { code, extension: language?.endsWith("x") === true ? "tsx" : "ts" };
}

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
