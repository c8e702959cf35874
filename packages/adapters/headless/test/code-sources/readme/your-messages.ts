import type { Channel } from "@veristep/core";

export declare const readFromTheDatabase: (wanted: {
  readonly userId: number;
  readonly channel: Channel;
  readonly newerThan: number | null;
  readonly noneOf: ReadonlySet<string>;
  readonly signal: AbortSignal;
}) => Promise<string>;
