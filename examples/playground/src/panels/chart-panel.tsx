import { useVerificationContext } from "@veristep/react";
import { shallowEqual, useSelector } from "@xstate/react";
import { useEffect, useRef, type ReactNode } from "react";
import deliverySvg from "../chart/delivery.svg?raw";
import entrySvg from "../chart/entry.svg?raw";
import flowSvg from "../chart/flow.svg?raw";
import { currentStates, stateOfRegion, statesOfRegions } from "../flow/current-states.js";
import { useTexts } from "../world.js";

/**
 * Graphviz writes the name of each node into a title, which a browser shows as a tooltip: it becomes an attribute
 * by which the node is lit. Sizes and the white ground are the page's business.
 */
function prepare(svg: string): string {
  return svg
    .replace(/^[\s\S]*?(?=<svg)/, "")
    .replace(/<svg width="[^"]*"\s+height="[^"]*"/, "<svg")
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .replace(/<polygon fill="white" stroke="none"[^>]*>/, "")
    .replaceAll(
      /<g id="[^"]*" class="(node|cluster)">\s*<title>(?:cluster_)?([^<]*)<\/title>/g,
      '<g class="$1" data-state="$2">',
    )
    .replaceAll(/<g id="[^"]*" class="(\w+)"([^>]*)>\s*<title>[^<]*<\/title>/g, '<g class="$1"$2>')
    .replaceAll(/ id="[^"]*"/g, "")
    .trim();
}

const charts = { flow: prepare(flowSvg), delivery: prepare(deliverySvg), entry: prepare(entrySvg) };

interface ChartProps {
  readonly name: keyof typeof charts;
  readonly lit: ReadonlySet<string>;
  /** Which state it is in, in words; null: none of them. */
  readonly now: string | null;
}

function Chart({ name, lit, now }: ChartProps): ReactNode {
  const texts = useTexts();
  const place = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    for (const node of place.current?.querySelectorAll("[data-state]") ?? []) {
      node.toggleAttribute("data-lit", lit.has(node.getAttribute("data-state") ?? ""));
    }
  });
  // Where only a part of the chart fits, it is the part with the light.
  useEffect(() => {
    const light = place.current?.querySelector(".node[data-lit]")?.getBoundingClientRect();
    const seen = frame.current?.getBoundingClientRect();
    if (light === undefined || seen === undefined) return;
    frame.current?.scrollBy({ left: light.x + light.width / 2 - (seen.x + seen.width / 2) });
  }, [now]);
  return (
    <figure className="chart" data-chart={name} data-active={now !== null}>
      <figcaption>
        <strong>{texts.regions[name]}</strong>
        {now !== null && <code>{now}</code>}
      </figcaption>
      {/* Wider than a phone: it can be moved by the arrow keys. */}
      <div ref={frame} className="chart-window" tabIndex={0} role="group" aria-label={texts.regions[name]}>
        <div
          ref={place}
          role="img"
          aria-label={`${texts.chartNow} ${now ?? "–"}`}
          dangerouslySetInnerHTML={{ __html: charts[name] }}
        />
      </div>
    </figure>
  );
}

/** The machine's chart, with the states lit that the flow is in. */
export function ChartPanel(): ReactNode {
  const texts = useTexts();
  const { actor } = useVerificationContext();
  const states = useSelector(actor, ({ value }) => currentStates(value), shallowEqual);
  const regions = statesOfRegions(states);
  const outer =
    states.findLast((state) => !/\.(delivery|entry|watch|sending|choosing)\b/.test(state)) ?? null;
  return (
    <section className="panel charts" aria-labelledby="chart">
      <h2 id="chart">{texts.chart}</h2>
      <p className="hint">{texts.chartHint}</p>
      <Chart name="flow" lit={new Set(states)} now={outer} />
      <Chart name="delivery" lit={regions} now={stateOfRegion(states, "delivery")} />
      <Chart name="entry" lit={regions} now={stateOfRegion(states, "entry")} />
    </section>
  );
}
