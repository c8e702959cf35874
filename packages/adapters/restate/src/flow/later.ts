import { rpc } from "@restatedev/restate-sdk";

/** For a message that the engine delivers after so many ms. */
export const later = (delayMs: number) => rpc.sendOpts<never>({ delay: Math.ceil(delayMs) });
