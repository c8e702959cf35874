import type { ReactNode } from "react";

/** Strokes in a box of 24 by 24. */
const paths = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  done: "M7 12.5l3.5 3.5L17 9 M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 0 0 0-19",
  stop: "M8.5 8.5l7 7 M15.5 8.5l-7 7 M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 0 0 0-19",
  lock: "M6 11h12v9H6z M8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
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
