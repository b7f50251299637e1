/** What trainer and runtime agree on about the statement reader's files. Nothing here needs a library. */
export const modelCardVersion = 'sealflow/model-card/v1';

export const modelCardFile = 'model.json';

/** The graph's only input: token ids, int64, `[1, tokens]`. */
export const tokensInput = 'tokens';

/** The graph's outputs, float `[1, classes]`, in the order of the card. */
export const heads = [
  { name: 'incomeBand', classes: 4 },
  { name: 'regularSalary', classes: 2 },
] as const;
