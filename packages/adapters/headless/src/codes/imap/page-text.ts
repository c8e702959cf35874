import { TAG } from "@veristep/core/code-text";
import { Parser } from "htmlparser2";

const TAGS = new RegExp(`[ \\n${TAG}]*[\\n${TAG}][ \\n${TAG}]*`, "g");

/** Elements that hold nothing for a reader. */
const UNSEEN = new Set([
  "head",
  "title",
  "style",
  "script",
  "template",
  "noscript",
  "object",
  "select",
  "textarea",
]);

/** Elements without an end. */
const VOID = new Set([
  "area",
  "base",
  "br",
  "col",
  "embed",
  "hr",
  "img",
  "input",
  "link",
  "meta",
  "source",
  "wbr",
]);

/** Elements that begin a line, and end one. */
const LINES = new Set(
  (
    "address article aside blockquote br center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr " +
    "li main nav ol p pre section table tbody tfoot thead tr ul"
  ).split(" "),
);

/** Styles that hide an element and all that is in it, as mails do with what only a preview or another program shows. */
const HIDING =
  /(?:^|[;\s])(?:display\s*:\s*none|mso-hide\s*:\s*all|opacity\s*:\s*0*(?:\.0+)?\s*(?![.\d]))|(?:^|[;\s])(?:max-)?height\s*:\s*0(?![.\d])[^]*overflow\s*:\s*hidden/i;

/** Styles that hide text until an element within says otherwise; group 1 is set where it is hidden. */
const UNREADABLE =
  /(?:^|[;\s])(?:(font-size\s*:\s*[01](?:px|pt)?(?![.\d])|visibility\s*:\s*(?:hidden|collapse)|color\s*:\s*transparent)|font-size\s*:|visibility\s*:)/i;

/** Longer styles are not looked at: the patterns take the square of a text at worst. */
const LONGEST_STYLE = 2_000;

const hides = (style: string): boolean => HIDING.test(style.slice(0, LONGEST_STYLE));

/** Names of classes that a style sheet hides on every screen: what is within "@media" is for some only. */
function hiddenClasses(sheet: string): readonly string[] {
  const names: string[] = [];
  let depth = 0;
  let [selectors, text] = ["", ""];
  for (const part of sheet.split(/([{}])/)) {
    if (part === "{") [depth, selectors] = [depth + 1, text];
    else if (part === "}") {
      if (depth === 1 && hides(text)) {
        for (const [, name = ""] of selectors.matchAll(/\.([\w-]{1,100})\s*(?=,|$)/g)) names.push(name);
      }
      depth = Math.max(depth - 1, 0);
    } else text = part;
  }
  return names;
}

/** Returns the visible text of a page, with each tag as a boundary: a line's end, or {@link TAG}. */
export function pageText(html: string): string {
  let text = "";
  const classes = new Set<string>();
  const open = [{ name: "", isHidden: false, isUnreadable: false }];
  const inside = () => open.at(-1) ?? { name: "", isHidden: false, isUnreadable: false };
  const boundary = (name: string) => {
    text += LINES.has(name) ? "\n" : TAG;
  };
  const parser = new Parser({
    onopentag: (name, { style = "", class: named = "", hidden }) => {
      boundary(name);
      if (VOID.has(name)) return;
      const { isHidden, isUnreadable } = inside();
      const readable = UNREADABLE.exec(style.slice(0, LONGEST_STYLE));
      open.push({
        name,
        isHidden:
          isHidden ||
          hidden !== undefined ||
          UNSEEN.has(name) ||
          hides(style) ||
          named.split(/\s+/).some((one) => classes.has(one)),
        isUnreadable: readable === null ? isUnreadable : readable[1] !== undefined,
      });
    },
    onclosetag: (name) => {
      boundary(name);
      if (open.length > 1 && inside().name === name) open.pop();
    },
    ontext: (part) => {
      const { name, isHidden, isUnreadable } = inside();
      if (name === "style") for (const one of hiddenClasses(part)) classes.add(one);
      if (!isHidden && !isUnreadable) text += part.replaceAll(/\s+/g, " ");
    },
  });
  parser.end(html);
  // Tags with nothing between them are one boundary.
  return text.replaceAll(TAGS, (tags) => (tags.includes("\n") ? "\n" : TAG));
}
