import ipaddr from "ipaddr.js";

/** Returns the client's address, or null where it can't be trusted. */
export type ClientAddress = (request: Request) => string | null;

/** Describes the header and the proxies that write it. */
export interface ForwardedForOptions {
  /**
   * How many of your proxies a request passes through. Each one appends the address it was called from, so the
   * client's address is this many entries from the right. A client can make up everything further left.
   */
  readonly trustedHops: number;
  /** @defaultValue "x-forwarded-for" */
  readonly header?: string;
}

/** The longest header that is looked at, in characters: hundreds of proxies. */
const LONGEST_HEADER = 4_096;

/**
 * Reads the client's address from a header that your proxies write.
 *
 * @throws RangeError if `trustedHops` isn't a whole number from 1 to 20.
 */
export function forwardedFor({
  trustedHops,
  header = "x-forwarded-for",
}: ForwardedForOptions): ClientAddress {
  if (!Number.isInteger(trustedHops) || trustedHops < 1 || trustedHops > 20)
    throw new RangeError("forwardedFor: trustedHops must be a whole number from 1 to 20");
  return ({ headers }) => {
    const value = headers.get(header);
    if (value === null || value.length > LONGEST_HEADER) return null;
    const entries = value.split(",");
    return entries.length < trustedHops ? null : (entries.at(-trustedHops)?.trim() ?? null);
  };
}

/** Some proxies append the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const withoutPort = (text: string): string =>
  /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;

/** Four decimal numbers up to 255, without leading zeros, which some read as octal. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/**
 * Returns the group that an address is counted in: an IPv4 address itself, also if it is mapped into IPv6, and the /64
 * of an IPv6 address, because one client can use every address in it. Null if the text isn't an address.
 */
export function addressGroup(text: string | null): string | null {
  if (text === null || text.length > 64) return null;
  const bare = withoutPort(text.trim());
  if (IPV4.test(bare)) return bare;
  // The library also takes 0x7f.1 and the like for IPv4; a proxy writes none of them.
  if (!ipaddr.IPv6.isValid(bare)) return null;
  // "192.0.2.1" for a mapped address, so that one client has one group.
  const address = ipaddr.process(bare);
  if (address.kind() === "ipv4") return address.toString();
  const bytes = address.toByteArray();
  return `${new ipaddr.IPv6([...bytes.slice(0, 8), 0, 0, 0, 0, 0, 0, 0, 0]).toString()}/64`;
}
