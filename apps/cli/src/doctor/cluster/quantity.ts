const GI = 2 ** 30;
const suffixes: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** A quantity of Kubernetes; one that cannot be read counts as nothing. */
export function amountOf(text: string): number {
  const [, digits = '0', suffix = ''] = /^([0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  return Number(digits) * (suffixes[suffix] ?? 0);
}

/** An amount of a resource as people write it: memory in GiB. */
export function shownAmount(name: string, amount: number): string {
  const isBytes = name === 'memory' || name.endsWith('.memory') || name.endsWith('storage');
  const shown = isBytes ? amount / GI : amount;
  return `${Math.round(shown * 100) / 100}${isBytes ? 'Gi' : ''}`;
}

export function added(
  into: ReadonlyMap<string, number>,
  amounts: Readonly<Record<string, string>>,
): ReadonlyMap<string, number> {
  const sums = new Map(into);
  for (const [name, text] of Object.entries(amounts)) sums.set(name, (sums.get(name) ?? 0) + amountOf(text));
  return sums;
}
