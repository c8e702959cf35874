/** Leaves out what is undefined: options of a source say "absent" where nothing is given. */
export const given = <T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  // The entries of T, less those that are undefined; `Object.fromEntries` can't say so.
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
