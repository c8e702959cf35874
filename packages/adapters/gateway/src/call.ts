import type { GatewayUser } from "./options.js";
import type { GatewayOperation } from "./protocol.js";

/** A request whose user is known. */
export interface Call {
  readonly request: Request;
  readonly user: GatewayUser;
  /** Names the user in counters: unlike the id it is short, and keeps 7 and "7" apart. */
  readonly userKey: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly operation: GatewayOperation;
}
