/** One thrown error, without anything in it that could be secret. */
export interface Cause {
  /** For example `TypeError`. */
  readonly name: string;
  /** For example `ECONNRESET`; empty if the error has no code. */
  readonly code: string;
  /** At most 200 characters; empty for an error of `getToken`, which can know other secrets than this adapter. */
  readonly message: string;
}

/**
 * An error thrown below this adapter: by `getToken`, by `fetch`, or by reading a body. In a failure, a bug of the
 * environment looks like network trouble; this shows the actual error.
 */
export interface Trouble {
  readonly during: "getToken" | "fetch" | "body";
  /** The error and its causes, outermost first; at most four. */
  readonly causes: readonly Cause[];
}

// What can be a secret, whatever it is: a credential, an address, digits, or a long word with digits in it.
const suspicious = /(Bearer|Basic) \S+|[^\s"'<>]+@[^\s"'<>]+|\d{4,}|(?=\S*\d)(?=\S*[a-z])[\w+=~-]{24,}/g;

/**
 * Describes a thrown value, and masks everything that was sent or that looks like a secret (B26). Never throws,
 * whatever the value is.
 *
 * @param secrets the values that were sent; null leaves messages out.
 */
export function describeTrouble(
  during: Trouble["during"],
  thrown: unknown,
  secrets: readonly string[] | null,
): Trouble {
  const causes: Cause[] = [];
  try {
    for (
      let error = thrown;
      typeof error === "object" && error !== null && causes.length < 4;
      error = Reflect.get(error, "cause")
    ) {
      const member = (name: string): string =>
        (secrets ?? [])
          .reduce((text, secret) => text.replaceAll(secret, "•••"), String(Reflect.get(error, name) ?? ""))
          .replace(suspicious, "•••")
          .slice(0, 200);
      causes.push({
        name: member("name"),
        code: member("code"),
        message: secrets === null ? "" : member("message"),
      });
    }
  } catch {
    // A getter that throws, or a revoked proxy: what was read so far has to do.
  }
  return { during, causes };
}
