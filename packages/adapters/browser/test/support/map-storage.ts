/** A `Storage` that a test can look into. */
export function createMapStorage() {
  const texts = new Map<string, string>();
  const storage = {
    get length() {
      return texts.size;
    },
    key: (at: number) => [...texts.keys()][at] ?? null,
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => {
      texts.set(key, text);
    },
    removeItem: (key: string) => {
      texts.delete(key);
    },
  };
  return { texts, storage };
}
