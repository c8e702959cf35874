const ends: Array<() => void> = [];

/** Does something when the running test has ended. */
export const atEnd = (end: () => void): void => {
  ends.push(end);
};

/** Takes the screens of the test that has ended out of the page. A setup file calls it after each test. */
export const cleanup = (): void => {
  for (const end of ends.splice(0)) end();
};
