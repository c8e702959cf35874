import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Scope from "effect/Scope";
import type { CodeSource, NoCodes } from "./code-source.port.js";

/** A source that holds a connection or a listener, and how to let go of it. */
export interface OpenedCodes<Source extends CodeSource> {
  readonly codes: Source;
  /** Lets go of what the source holds; requests that wait for a code fail with "ended". */
  readonly close: () => Promise<void>;
}

/**
 * Opens a source that has a scope, for those who don't use Effect:
 * `const { codes, close } = await openCodes(imapCodes({ … }))`.
 *
 * @returns rejects with {@link NoCodes} when it can't be opened.
 */
export async function openCodes<Source extends CodeSource>(
  source: Effect.Effect<Source, NoCodes, Scope.Scope>,
): Promise<OpenedCodes<Source>> {
  const scope = Scope.makeUnsafe();
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void));
  try {
    return { codes: await Effect.runPromise(Scope.provide(source, scope)), close };
  } catch (failure) {
    await close();
    throw failure;
  }
}
