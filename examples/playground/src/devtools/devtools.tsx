import { bulgarian } from "@veristep/devtools/bulgarian";
import {
  defineDevtools,
  english,
  type FaultSwitches,
  type Timeline,
  type VeristepDevtools,
} from "@veristep/devtools/parts";
import type { DetailedHTMLProps, ReactNode } from "react";
import { useSettings } from "../world.js";

defineDevtools();

declare module "react" {
  // oxlint-disable-next-line typescript/no-namespace -- React looks the types of custom elements up in this namespace.
  namespace JSX {
    interface IntrinsicElements {
      "veristep-devtools": DetailedHTMLProps<HTMLAttributes<VeristepDevtools>, VeristepDevtools> &
        Partial<Pick<VeristepDevtools, "timeline" | "faults" | "texts">> & { show: string };
    }
  }
}

interface DevtoolsProps {
  /** The names of the tabs. */
  readonly show: string;
  readonly timeline?: Timeline;
  readonly faults?: FaultSwitches;
  readonly children?: ReactNode;
}

/** The panel of `@veristep/devtools`, in the language of the page. */
export function Devtools({ show, timeline, faults, children }: DevtoolsProps): ReactNode {
  const [{ language }] = useSettings();
  return (
    <veristep-devtools
      show={show}
      texts={language === "bg" ? bulgarian : english}
      {...(timeline === undefined ? {} : { timeline })}
      {...(faults === undefined ? {} : { faults })}
    >
      {children}
    </veristep-devtools>
  );
}
