/** The codes that were refused, as long as no newer code was sent (B10). Kept in memory only. */
export interface RefusedCodes {
  add(code: string): void;
  has(code: string): boolean;
}

export function createRefusedCodes(
  facts: () => { readonly channel: string; readonly generation: number },
): RefusedCodes {
  const refused = new Set<string>();
  let current = "";
  const codes = () => {
    const { channel, generation } = facts();
    if (current !== `${channel}/${generation}`) refused.clear();
    current = `${channel}/${generation}`;
    return refused;
  };
  return {
    add: (code) => {
      codes().add(code);
    },
    has: (code) => codes().has(code),
  };
}
