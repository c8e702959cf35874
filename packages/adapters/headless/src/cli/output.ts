/** Where a command writes. A reader that has gone away is no reason to stop: the work goes on, unheard. */
export interface Output {
  /** Results: text for people, or lines of JSON. */
  readonly print: (line: string) => void;
  /** What is going on, for people. */
  readonly tell: (line: string) => void;
}

const withoutReader = (stream: NodeJS.WriteStream): ((line: string) => void) => {
  let gone = false;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
    gone = true;
  });
  return (line) => {
    if (!gone) stream.write(`${line}\n`);
  };
};

export const createOutput = (): Output => ({
  print: withoutReader(process.stdout),
  tell: withoutReader(process.stderr),
});
