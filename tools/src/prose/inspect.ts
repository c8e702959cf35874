import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lintDocument, lintPieces, type Finding } from "./lint.js";
import { isReadable, piecesOf, type PlacedPiece } from "./pieces.js";
import { misspelled } from "./spelling.js";

/** A word that no dictionary has, and where it stands. */
interface UnknownWord {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly word: string;
}

/** Generated files, and the list of what to avoid. */
const leftOut = /(?:^|\/)CHANGELOG\.md$|\.api\.md$|^docs\/performance\.md$|^tools\/src\/prose\/patterns\.ts$/;

/** The prose of some files: the phrases to avoid, and the words that no dictionary has. */
export interface Inspection {
  /** Relative to the root of the repository. */
  readonly paths: readonly string[];
  readonly findings: readonly Finding[];
  readonly words: readonly UnknownWord[];
}

/** The files that git has or would add. */
function filesOf(root: string, under: readonly string[]): readonly string[] {
  const list = [
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
    "--deduplicate",
    "--",
    ...under,
  ];
  return execFileSync("git", list, { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter((path) => isReadable(path) && !leftOut.test(path) && existsSync(join(root, path)));
}

/**
 * Inspects a repository.
 *
 * @param under files and folders to inspect, relative to the root; everything if empty.
 * @throws Error when a file can't be parsed, or git or cspell can't run.
 */
export async function inspect(root: string, under: readonly string[] = []): Promise<Inspection> {
  const paths = filesOf(root, under);
  const texts = paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
  const pieces = texts.flatMap(({ path, text }) => piecesOf(path, text));
  // cspell would read the directive as one for all text after it, because it gets the text of all files at once.
  const unspelled = new Set(
    texts.filter(({ text }) => /cspell:\s*disable/.test(text)).map(({ path }) => path),
  );
  // In its own process, while this one looks for phrases.
  const words = unknownWords(pieces.filter(({ path }) => !unspelled.has(path)));
  const findings: Finding[] = [];
  for (const { path, text } of texts)
    if (path.endsWith(".md")) findings.push(...(await lintDocument(path, text)));
  findings.push(...(await lintPieces(pieces.filter(({ kind }) => kind !== "document"))));
  return { paths, findings, words: await words };
}

async function unknownWords(pieces: readonly PlacedPiece[]): Promise<readonly UnknownWord[]> {
  // One line for each piece, so that the line of a word is the number of its piece.
  const text = pieces.map((piece) => piece.text.replaceAll("\n", " ")).join("\n");
  return (await misspelled(text)).flatMap(({ line, offset, word }) => {
    const piece = pieces[line - 1];
    return piece === undefined ? [] : { path: piece.path, line: piece.lineAt(offset), word };
  });
}
