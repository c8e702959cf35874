const encoder = new TextEncoder();

/** Node's hash function. It gives a Buffer. */
type NodeHash = (
  algorithm: string,
  text: string,
  encoding: "buffer",
) => { toString(encoding: "hex", start: number, end: number): string };

/** Node's own hash function, where this runtime has it: WebCrypto hands each text to another thread. */
function findNodeHash(): NodeHash | null {
  // Node has had both since 20.16; other runtimes lack one of them, or the whole object.
  const process = Reflect.get(globalThis, "process") as
    | { getBuiltinModule?(name: string): { readonly hash?: unknown } | undefined }
    | undefined;
  const hash = process?.getBuiltinModule?.("node:crypto")?.hash;
  // It has this signature wherever it exists.
  return typeof hash === "function" ? (hash as NodeHash) : null;
}

/** 96 bits of SHA-256 as 24 hexadecimal digits: names a thing in a counter without holding it. */
export const hashedBy =
  (nodeHash: NodeHash | null) =>
  async (text: string): Promise<string> => {
    // A slice of a longer text would keep that in memory, for each counter.
    if (nodeHash !== null) return nodeHash("sha256", text, "buffer").toString("hex", 0, 12);
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(text));
    return Array.from(new Uint8Array(digest, 0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

export const hashed = hashedBy(findNodeHash());
