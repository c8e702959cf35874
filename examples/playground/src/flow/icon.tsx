import type { ReactNode } from "react";

/** Strokes in a box of 24 by 24. */
const paths = {
  mail: "M3.5 6h17v12h-17z M4 6.5l8 6.5l8-6.5",
  phone:
    "M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5z M11 18.5h2",
  signal: "M4 19v-3 M9 19v-7 M14 19V9 M19 19V5",
  noSignal: "M4 19v-3 M9 19v-7 M14 19V9 M19 19V5 M3 3l18 18",
} as const;

export type IconName = keyof typeof paths;

/** A sign beside a text that says the same. */
export function Icon({
  name,
  className,
}: {
  readonly name: IconName;
  readonly className?: string;
}): ReactNode {
  return (
    <svg
      className={className === undefined ? "icon" : `icon ${className}`}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
