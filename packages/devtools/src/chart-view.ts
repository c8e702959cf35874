import { charts } from "./charts.js";
import { make } from "./dom.js";
import { parts, type Part } from "./step.js";
import type { DevtoolsTexts } from "./texts.js";
import type { Move } from "./timeline.js";

interface Chart {
  readonly figure: HTMLElement;
  readonly title: HTMLElement;
  /** The line about it above the pictures: its name, and its state. */
  readonly summary: HTMLElement;
  readonly name: HTMLElement;
  readonly now: HTMLElement;
  readonly picture: HTMLElement;
}

/** The pictures of the chart, with the states and the last steps of a flow lit. */
export interface ChartView {
  readonly element: HTMLElement;
  readonly draw: (moves: readonly Move[], texts: DevtoolsTexts) => void;
}

function makeChart(part: Part): Chart {
  const title = make("figcaption");
  const name = make("dt");
  const now = make("dd", { "data-part": part });
  const picture = make("div", { class: "picture", role: "img" });
  // Our own picture, made at build time.
  picture.innerHTML = charts[part];
  const frame = make("div", { class: "frame", tabindex: "0", role: "group" }, picture);
  const figure = make("figure", { "data-chart": part }, title, frame);
  return { figure, title, summary: make("div", {}, name, now), name, now, picture };
}

/** Lights the current state, and the arrow that led to it. */
function light(picture: HTMLElement, { from, to }: Move): void {
  for (const node of picture.querySelectorAll("[data-state]"))
    node.toggleAttribute("data-lit", node.getAttribute("data-state") === to);
  for (const arrow of picture.querySelectorAll("[data-to]")) {
    const isTaken = arrow.getAttribute("data-to") === to;
    const ways = [...arrow.querySelectorAll("[data-from]")];
    for (const way of ways)
      way.toggleAttribute("data-lit", isTaken && way.getAttribute("data-from") === from);
    arrow.toggleAttribute(
      "data-lit",
      ways.some((way) => way.hasAttribute("data-lit")),
    );
  }
}

/** Creates the pictures. */
export function createChartView(): ChartView {
  const made = new Map(parts.map((part) => [part, makeChart(part)]));
  const hint = make("p", { class: "hint" });
  const all = [...made.values()];
  const summary = make("dl", { class: "now" }, ...all.map((chart) => chart.summary));
  const figures = make("div", { class: "charts" }, ...all.map(({ figure }) => figure));
  return {
    element: make("div", {}, summary, hint, figures),
    draw: (moves, texts) => {
      hint.textContent = texts.chartHint;
      for (const move of moves) {
        const chart = made.get(move.part);
        if (chart === undefined) continue;
        const name = texts.regions[move.part];
        const state = move.to?.split(".").at(-1) ?? texts.notInRegion;
        light(chart.picture, move);
        chart.title.textContent = name;
        chart.name.textContent = name;
        chart.now.textContent = state;
        for (const element of [chart.figure, chart.now])
          element.toggleAttribute("data-active", move.to !== null);
        chart.picture.setAttribute("aria-label", `${name}: ${state}`);
        chart.picture.parentElement?.setAttribute("aria-label", name);
      }
    },
  };
}
