import { useVerificationContext } from "@veristep/react";
import { shallowEqual, useSelector } from "@xstate/react";
import { useEffect, useRef, type ReactNode } from "react";
import deliverySvg from "../chart/delivery.svg?raw";
import entrySvg from "../chart/entry.svg?raw";
import flowSvg from "../chart/flow.svg?raw";
import lockSvg from "../chart/lock.svg?raw";
import { currentStates, stateOfRegion, statesOfRegions } from "../flow/current-states.js";
import { useTexts } from "../world.js";

/** The size is the page's business. */
const prepare = (svg: string): string => svg.replace(/ width="[^"]*" height="[^"]*"/, "").trim();

const charts = {
  flow: prepare(flowSvg),
  delivery: prepare(deliverySvg),
  entry: prepare(entrySvg),
  lock: prepare(lockSvg),
};

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
  const [outer = null] = states;
  return (
    <section className="panel charts" aria-labelledby="chart">
      <h2 id="chart">{texts.chart}</h2>
      <p className="hint">{texts.chartHint}</p>
      <Chart name="flow" lit={new Set(states)} now={outer} />
      <Chart name="delivery" lit={regions} now={stateOfRegion(states, "delivery")} />
      <Chart name="entry" lit={regions} now={stateOfRegion(states, "entry")} />
      <Chart name="lock" lit={regions} now={stateOfRegion(states, "lock")} />
    </section>
  );
}
