/** One of several whose work is compared. */
export interface Contender<Figure> {
  readonly name: string;
  /** Does its work once, and returns what it took. */
  readonly block: () => Promise<Figure> | Figure;
}

/** The figures of each contender by its name, one for each round. */
export type Figures<Figure> = ReadonlyMap<string, readonly Figure[]>;

/**
 * Runs the blocks of contenders in turn, so that a busy machine slows all of them. Each round starts with another
 * contender: otherwise the same one would always follow a costly neighbour.
 *
 * @param rounds.count rounds that count, at least; `warmUp` more come before them.
 * @param rounds.most rounds are added up to this number until the figures are steady.
 */
export async function interleave<Figure>(
  contenders: ReadonlyArray<Contender<Figure>>,
  rounds: { readonly warmUp?: number; readonly count: number; readonly most?: number },
  isSteady: (figures: Figures<Figure>) => boolean = () => true,
): Promise<Figures<Figure>> {
  const { warmUp = 1, count, most = count } = rounds;
  const figures = new Map<string, Figure[]>(contenders.map(({ name }) => [name, []]));
  if (figures.size < contenders.length) throw new RangeError("Two contenders have the same name");
  for (let round = -warmUp; round < most; round += 1) {
    if (round >= count && isSteady(figures)) break;
    for (let place = 0; place < contenders.length; place += 1) {
      const contender = contenders[(place + round + warmUp) % contenders.length];
      if (contender === undefined) continue;
      const figure = await contender.block();
      if (round >= 0) figures.get(contender.name)?.push(figure);
    }
  }
  return figures;
}
