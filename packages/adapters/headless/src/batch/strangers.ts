/** Rows whose users the service says it doesn't know, until one user is found there. */
export interface Strangers<Row> {
  /** A user is found: the service is the one that has these users. */
  readonly found: () => void;
  readonly isServiceKnown: () => boolean;
  /** @returns false when there are so many that it must be another service. */
  readonly add: (row: Row) => boolean;
  /** Those that really are unknown; nothing while the service isn't known. */
  readonly take: () => readonly Row[];
  /** Those that are left at the end of the input; null where they are too many to be the rows' fault. */
  readonly takeRest: () => readonly Row[] | null;
}

/** So many unknown users, and no known one, are the fault of the service or the token, not of the rows. */
const MOST_STRANGERS = 20;

export function createStrangers<Row>(isKnown: boolean): Strangers<Row> {
  let isServiceKnown = isKnown;
  let rows: Row[] = [];
  const taken = () => {
    const all = rows;
    rows = [];
    return all;
  };
  return {
    found: () => {
      isServiceKnown = true;
    },
    isServiceKnown: () => isServiceKnown,
    add: (row) => {
      rows.push(row);
      return rows.length < MOST_STRANGERS;
    },
    take: () => (isServiceKnown ? taken() : []),
    takeRest: () => (isServiceKnown || rows.length < 2 ? taken() : null),
  };
}
