import { parseSync, Visitor } from "oxc-parser";

type Kind = "comment" | "string" | "test name" | "document";

/** Offsets in a file: of the first character, and of the one after the last. */
interface Range {
  readonly start: number;
  readonly end: number;
}

interface Piece extends Range {
  readonly kind: Kind;
}

/** Text in a file that people read. */
export interface PlacedPiece {
  readonly path: string;
  readonly kind: Kind;
  /** As in the file, but code spans and the decoration of comments are blank. */
  readonly text: string;
  /** Returns the line of the file, counted from 1, of a character of the text. */
  readonly lineAt: (offset: number) => number;
}

/** A phrase may run over a line break in a comment, so the stars of its lines mustn't interrupt it. */
const decoration = /^[\t ]*(?:\/\*+|\*+\/|\*|\/\/+)|\*+\/$/gm;
const codeBlock = /^ *```.*?^ *```$/gms;
const codeSpan = /`[^`\n]*`/g;
const blank = (text: string): string => text.replaceAll(/\S/g, " ");

function proseOf(source: string, { kind, start, end }: Piece): string {
  const text = source.slice(start, end).replaceAll(codeBlock, blank).replaceAll(codeSpan, blank);
  return kind === "comment" ? text.replaceAll(decoration, blank) : text;
}

const readers: ReadonlyArray<readonly [RegExp, (path: string, source: string) => readonly Piece[]]> = [
  [/\.(?:tsx?|js)$/, ofScript],
  [/\.(?:vue|svelte|html)$/, ofMarkup],
  [/(?:^|\/)package\.json$/, ofManifest],
  [/\.md$/, (_, source) => [{ kind: "document", start: 0, end: source.length }]],
];

const readerOf = (path: string) => readers.find(([names]) => names.test(path))?.[1];

/** Whether {@link piecesOf} can read such a file. */
export const isReadable = (path: string): boolean => readerOf(path) !== undefined;

/**
 * Returns the comments, strings and test names of a source file, in the order of the file: of TypeScript and
 * JavaScript, with JSX or without, of Vue, Svelte and HTML; the description in a package.json; a whole document.
 *
 * @throws Error when the file can't be parsed.
 */
export function piecesOf(path: string, source: string): readonly PlacedPiece[] {
  const pieces = readerOf(path)?.(path, source) ?? [];
  return pieces
    .toSorted((a, b) => a.start - b.start)
    .map((piece) => ({
      path,
      kind: piece.kind,
      text: proseOf(source, piece),
      lineAt: (offset) => source.slice(0, piece.start + offset).split("\n").length,
    }));
}

const isTestFile = (path: string): boolean => /\.(?:test|rules)\.tsx?$|(?:^|\/)test\//.test(path);
const hasWords = (text: string): boolean => /\p{L}{2}.*\s.*\p{L}{2}/su.test(text);

function ofScript(path: string, source: string): Piece[] {
  const { program, comments, errors } = parseSync(path.replace(/\.(?:vue|svelte)$/, ".ts"), source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path} could not be parsed: ${error.message}`);
  const pieces = mergedComments(comments, source);
  const add = (kind: Kind, node: Range) => {
    // The quotes are no part of the text, nor are the braces around a value in a template.
    const [, before = "", text = ""] =
      /^(["'`}]?)(.*?)(?:["'`]|\$\{)?$/s.exec(source.slice(node.start, node.end)) ?? [];
    const start = node.start + before.length;
    if (hasWords(text)) pieces.push({ kind, start, end: start + text.length });
  };
  // In a test, only its name is prose: other strings are input, or quote what the product says.
  const strings = isTestFile(path)
    ? {}
    : {
        Literal: (node: Range) => add("string", node),
        TemplateElement: (node: Range) => add("string", node),
        JSXText: (node: Range) => add("string", node),
      };
  new Visitor({
    ...strings,
    CallExpression: ({ callee, arguments: [name] }) => {
      if (!isTestFile(path) || name === undefined || !isTestFunction(callee)) return;
      if (name.type === "Literal") add("test name", name);
      if (name.type === "TemplateLiteral") for (const quasi of name.quasis) add("test name", quasi);
    },
  }).visit(program);
  return pieces;
}

type Callee = Parameters<
  NonNullable<ConstructorParameters<typeof Visitor>[0]["CallExpression"]>
>[0]["callee"];

/** `test`, `test.only`, `test.each(table)`, and the same of `it` and `describe`. */
function isTestFunction(callee: Callee): boolean {
  if (callee.type === "Identifier") return /^(?:test|it|describe)$/.test(callee.name);
  if (callee.type === "MemberExpression") return isTestFunction(callee.object);
  if (callee.type === "CallExpression") return isTestFunction(callee.callee);
  return false;
}

/** Comments below one another are one text. */
function mergedComments(comments: readonly Range[], source: string): Piece[] {
  const pieces: Piece[] = [];
  for (const { start, end } of comments) {
    const last = pieces.at(-1);
    const isBelow = last !== undefined && /^\n[\t ]*$/.test(source.slice(last.end, start));
    if (isBelow) pieces.splice(-1, 1, { ...last, end });
    else pieces.push({ kind: "comment", start, end });
  }
  return pieces;
}

/** Returns the description, which a registry shows. */
function ofManifest(_: string, source: string): Piece[] {
  const match = /"description": "([^"]*)"/.exec(source);
  if (match === null) return [];
  const end = match.index + match[0].length - 1;
  return [{ kind: "string", start: end - (match[1]?.length ?? 0), end }];
}

const scriptOrStyle = /<(script|style)\b[^>]*>(.*?)<\/\1>/gs;
const readAttribute = /\b(?:aria-label|title|placeholder|alt)="([^"]*)"/g;

/** Of markup: its scripts, its comments, the text between tags, and the attributes that are read out. */
function ofMarkup(path: string, source: string): Piece[] {
  const pieces: Piece[] = [];
  let markup = source;
  const take = (kind: Kind, start: number, text: string) => {
    if (hasWords(text)) pieces.push({ kind, start, end: start + text.length });
  };
  const erase = (pattern: RegExp, onMatch: (match: RegExpExecArray) => void) => {
    for (const match of markup.matchAll(pattern)) onMatch(match);
    markup = markup.replaceAll(pattern, (text) => "\0".repeat(text.length));
  };
  erase(scriptOrStyle, ({ 0: all, 1: tag, 2: script = "", index }) => {
    if (tag !== "script") return;
    const offset = index + all.indexOf(">") + 1;
    for (const { kind, start, end } of ofScript(path.replace(/\.html$/, ".ts"), script))
      pieces.push({ kind, start: start + offset, end: end + offset });
  });
  erase(/<!--.*?-->/gs, ({ 0: text, index }) => take("comment", index, text));
  erase(readAttribute, ({ 0: all, 1: text = "", index }) =>
    take("string", index + all.indexOf('"') + 1, text),
  );
  erase(/<[^>]*>|\{[^}]*\}/g, () => {});
  for (const { 0: text, index } of markup.matchAll(/[^\0]+/g)) take("string", index, text);
  return pieces;
}
