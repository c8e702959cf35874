import { createRequire } from "node:module";
import {
  TextlintKernel,
  type TextlintKernelOptions,
  type TextlintMessage,
  type TextlintPluginCreator,
  type TextlintRuleModule,
} from "@textlint/kernel";
import { patterns } from "./patterns.js";
import type { PlacedPiece } from "./pieces.js";

// All three are CommonJS with a default export, which Node and vitest import differently.
const require = createRequire(import.meta.url);
const markdown: { readonly default: TextlintPluginCreator } = require("@textlint/textlint-plugin-markdown");
const plainText: { readonly default: TextlintPluginCreator } = require("@textlint/textlint-plugin-text");
const prh: { readonly default: TextlintRuleModule } = require("textlint-rule-prh");

/** A phrase that this project avoids, and where it stands. */
export interface Finding {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** The phrase, on one line. */
  readonly found: string;
  /** The suggestion. */
  readonly write: string;
}

/** The patterns as prh reads them: JSON is YAML. */
const ruleContents = [
  JSON.stringify({
    version: 1,
    rules: patterns.map(({ avoid, write }) => ({
      expected: write,
      patterns: avoid.map(({ source, flags }) => {
        const spaced = source.replaceAll(/ (?=\*)/g, String.raw`\s`).replaceAll(" ", String.raw`\s+`);
        return `/${spaced}/${flags}`;
      }),
    })),
  }),
];

const kernel = new TextlintKernel();

const options = (ext: ".md" | ".txt"): TextlintKernelOptions => ({
  ext,
  plugins: [
    { pluginId: "markdown", plugin: markdown.default },
    { pluginId: "text", plugin: plainText.default },
  ],
  rules: [
    {
      ruleId: "prh",
      rule: prh.default,
      options: { ruleContents, checkEmphasis: true, checkLink: true },
    },
  ],
});

function findingOf({ fix, message }: TextlintMessage, text: string, path: string, line: number): Finding {
  // The phrase is where prh would put its own text.
  const found = fix === undefined ? "" : text.slice(...fix.range).replaceAll(/\s+/g, " ");
  return { path, line, found, write: message.slice(message.indexOf(" => ") + 4) };
}

/** Finds the phrases to avoid in one Markdown document. Code blocks and code spans are left out. */
export async function lintDocument(path: string, text: string): Promise<readonly Finding[]> {
  const { messages } = await kernel.lintText(text, options(".md"));
  return messages.map((message) => findingOf(message, text, path, message.loc.start.line));
}

/** Finds the phrases to avoid in pieces of sources. All in one run, because prh reads its patterns in each. */
export async function lintPieces(pieces: readonly PlacedPiece[]): Promise<readonly Finding[]> {
  // One line for each piece, so that the line of a message is the number of its piece.
  const text = pieces.map((piece) => piece.text.replaceAll("\n", " ")).join("\n");
  const { messages } = await kernel.lintText(text, options(".txt"));
  return messages.flatMap((message) => {
    const { line, column } = message.loc.start;
    const piece = pieces[line - 1];
    if (piece === undefined) return [];
    return findingOf(message, text, piece.path, piece.lineAt(column - 1));
  });
}
