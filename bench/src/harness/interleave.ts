/** One of those that are compared. */
export interface Contender<Figure> {
  readonly name: string;
  /** Does its work once, and says what it took. */
  readonly block: () => Promise<Figure> | Figure;
}

/**
 * Lets contenders do their blocks in turn, so that what the machine does besides meets all of them. Each round begins
 * with another one: whoever comes after a costly neighbour would else always be the same.
 *
 * @param rounds how many of each count; one more before them warms up.
 * @returns the figures of each contender by its name, one for each round.
 */
export async function interleave<Figure>(
  contenders: ReadonlyArray<Contender<Figure>>,
  rounds: number,
): Promise<ReadonlyMap<string, readonly Figure[]>> {
  const figures = new Map<string, Figure[]>(contenders.map(({ name }) => [name, []]));
  if (figures.size < contenders.length) throw new RangeError("Two contenders have the same name");
  for (let round = -1; round < rounds; round += 1) {
    for (let place = 0; place < contenders.length; place += 1) {
      const contender = contenders[(place + round + 1) % contenders.length];
      if (contender === undefined) continue;
      const figure = await contender.block();
      if (round >= 0) figures.get(contender.name)?.push(figure);
    }
  }
  return figures;
}
