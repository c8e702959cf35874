import type { Channel, UserId } from "@veristep/core";

export declare const readFromTheDatabase: (wanted: {
  readonly userId: UserId;
  readonly channel: Channel;
  readonly newerThan: number | null;
  readonly noneOf: ReadonlySet<string>;
  readonly signal: AbortSignal;
}) => Promise<string>;
