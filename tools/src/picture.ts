import type { Box } from "./chart.js";

/*
 * Draws boxes below one another, narrow enough for a phone. Arrows down run on the right side, and arrows up
 * on the left, in one lane for each box that it leads to, so that lines meet only where they end together.
 */

/** Sizes in px. */
const CARD = { width: 216, title: 26, note: 15, line: 15, pad: 4, gap: 16 } as const;
const NARROW = 150;
const LANE = 13;
const MARGIN = 6;
const CORNER = 6;
/** Characters of a caption in one line. */
const LINE_WIDTH = 36;

const ink = "#334155";
const line = "#64748b";
const fills = {
  state: "white",
  verified: "#dcfce7",
  failed: "#fee2e2",
  anywhere: "#f8fafc",
  elsewhere: "#f8fafc",
} as const;

const xml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Words in lines that a card has room for. */
function wrapped(text: string): readonly string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + word.length >= LINE_WIDTH) lines.push(`  ${word}`);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

interface Row {
  readonly to: string;
  readonly lines: readonly string[];
  /** The middle, and the top, from the top of the picture. */
  readonly at: number;
  readonly top: number;
}

interface Card {
  readonly box: Box;
  readonly top: number;
  readonly height: number;
  /** Where arrows arrive, from the top of the picture. */
  readonly at: number;
  readonly rows: readonly Row[];
}

function layOut(boxes: readonly Box[], captions: boolean): readonly Card[] {
  const cards: Card[] = [];
  let top = MARGIN;
  for (const box of boxes) {
    const head = CARD.title + (box.note === "" ? 0 : CARD.note);
    let below = top + head;
    const rows = box.ways.map(({ to, captions: texts }): Row => {
      const lines = captions ? texts.flatMap(wrapped) : [];
      const height = lines.length * CARD.line + CARD.pad * 2;
      const row = { to, lines, top: below, at: captions ? below + height / 2 : top + head / 2 };
      if (captions) below += height;
      return row;
    });
    cards.push({ box, top, height: below - top, at: top + CARD.title / 2, rows });
    top = below + CARD.gap;
  }
  return cards;
}

/** Everything that leads to one box on one side of the cards. */
interface Lane {
  readonly target: Card;
  /** Where the ways begin: the box's path, and how far from the top. */
  readonly from: ReadonlyArray<{ readonly path: string; readonly at: number }>;
  readonly top: number;
  readonly bottom: number;
}

function lanesOf(cards: readonly Card[], side: "up" | "down"): ReadonlyArray<readonly Lane[]> {
  const lanes = cards.flatMap((target): readonly Lane[] => {
    const from = cards.flatMap(({ box, rows, top }) =>
      rows
        .filter(
          ({ to }) => to === target.box.path && box !== target.box && top < target.top === (side === "down"),
        )
        .map(({ at }) => ({ path: box.path, at })),
    );
    const ends = from.map(({ at }) => at);
    if (ends.length === 0) return [];
    return [{ target, from, top: Math.min(target.at, ...ends), bottom: Math.max(target.at, ...ends) }];
  });
  // The shortest runs closest to the cards; lanes that don't overlap share their place.
  const places: Lane[][] = [];
  for (const lane of lanes.toSorted((one, other) => one.bottom - one.top - (other.bottom - other.top))) {
    const place = places.find((taken) =>
      taken.every(({ top, bottom }) => lane.bottom < top - 2 || lane.top > bottom + 2),
    );
    if (place === undefined) places.push([lane]);
    else place.push(lane);
  }
  return places;
}

/** The picture of some boxes, as SVG. */
export function drawBoxes(boxes: readonly Box[], { captions }: { readonly captions: boolean }): string {
  const cards = layOut(boxes, captions);
  const [up, down] = [lanesOf(cards, "up"), lanesOf(cards, "down")];
  const cardWidth = captions ? CARD.width : NARROW;
  const left = MARGIN + up.length * LANE + (up.length > 0 ? LANE : 0);
  const right = left + cardWidth;
  const width = right + down.length * LANE + (down.length > 0 ? LANE : 0) + MARGIN;
  const last = cards.at(-1);
  const height = (last === undefined ? 0 : last.top + last.height) + MARGIN;

  const arrows = (places: ReadonlyArray<readonly Lane[]>, edge: number, away: 1 | -1) =>
    places.flatMap((lanes, place) =>
      lanes.flatMap(({ target, from }) => {
        const x = edge + away * (place + 1) * LANE;
        const tip = `<polygon fill="${line}" points="${edge},${target.at} ${edge + away * 7},${target.at - 4} ${edge + away * 7},${target.at + 4}"/>`;
        // A panel lights the way that a flow has taken; a page shows the picture as it is.
        const named = (name: string, path: string) => (captions ? "" : ` data-${name}="${path}"`);
        const ways = from.map(({ path, at }) => {
          const turn = at < target.at ? CORNER : -CORNER;
          const d = `M${edge},${at} H${x - away * CORNER} Q${x},${at} ${x},${at + turn} V${target.at - turn} Q${x},${target.at} ${x - away * CORNER},${target.at} H${edge + away * 6}`;
          return `<path fill="none" stroke="${line}"${named("from", path)} d="${d}"/>`;
        });
        return [`<g class="edge"${named("to", target.box.path)}>${ways.join("")}${tip}</g>`];
      }),
    );

  const draw = ({ box, top, height: tall, rows }: Card): string => {
    const { kind, path, title, note } = box;
    const dashed = kind === "anywhere" || kind === "elsewhere" ? ' stroke-dasharray="4 3"' : "";
    const outline = `M${left + 8},${top} H${right - 8} Q${right},${top} ${right},${top + 8} V${top + tall - 8} Q${right},${top + tall} ${right - 8},${top + tall} H${left + 8} Q${left},${top + tall} ${left},${top + tall - 8} V${top + 8} Q${left},${top} ${left + 8},${top} Z`;
    const bold = kind === "verified" || kind === "failed" ? ' stroke-width="2.5"' : "";
    const middle = left + cardWidth / 2;
    const head = `<text x="${middle}" y="${top + 18}" text-anchor="middle" font-size="14" font-weight="600">${xml(title)}</text>`;
    const below =
      note === ""
        ? ""
        : `<text x="${middle}" y="${top + 33}" text-anchor="middle" font-size="11" fill="${line}">${xml(note)}</text>`;
    const texts = captions
      ? rows.map(({ lines: texts, top: at }) => {
          const rule = `<line x1="${left}" x2="${right}" y1="${at}" y2="${at}" stroke="#cbd5e1"/>`;
          const written = texts.map(
            (text, index) =>
              `<text x="${left + 8 + (text.startsWith("  ") ? 10 : 0)}" y="${at + CARD.pad + 11 + index * CARD.line}" font-size="11">${xml(text.trim())}</text>`,
          );
          return rule + written.join("");
        })
      : [];
    return `<g class="node" data-state="${path}"><path fill="${fills[kind]}" stroke="${ink}"${dashed}${bold} d="${outline}"/>${head}${below}${texts.join("")}</g>`;
  };

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, Helvetica, Arial, sans-serif" fill="${ink}">`,
    ...(captions ? [`<rect class="ground" width="${width}" height="${height}" fill="white"/>`] : []),
    ...cards.map(draw),
    ...arrows(up, left, -1),
    ...arrows(down, right, 1),
    "</svg>",
    "",
  ].join("\n");
}
