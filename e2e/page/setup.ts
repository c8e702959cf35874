import type { PolicyOptions, StoreFailure, Verification, VerificationUser } from "@veristep/core";

/** What a test tells the page before it loads: not by its address, where a contact must not stand (B26). */
export interface PageSetup {
  readonly apiUrl: string;
  readonly token: string;
  readonly user: VerificationUser;
  readonly policy: PolicyOptions;
  readonly store: "localStorage" | "sessionStorage" | "indexedDB" | "memory" | "none";
  /** After how long another tab is considered dead, in ms; null: no other tabs are known. */
  readonly deadAfterMs: number | null;
  readonly wakesUp: boolean;
  /** XState's own engine, with its inspection, or the default one. */
  readonly engine: "default" | "xstate";
}

declare global {
  interface Window {
    readonly setup: PageSetup;
    /** The flow of this page, for a test to look into. */
    flow: Verification;
    readonly storeFailures: Array<StoreFailure["kind"]>;
    /** The events of XState's inspection stream. */
    readonly inspected: string[];
  }
}
