/** Delimiters of cells, by name. */
export const delimiters = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe" } as const;

export type Delimiter = keyof typeof delimiters;
