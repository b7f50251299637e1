/** One measured figure, with the bound that the project promises where there is one. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The value is at most this. */
  readonly target?: number;
  /** The value is at least this. */
  readonly atLeast?: number;
  readonly samples: number;
  readonly note: string;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function printFigures(figures: readonly Figure[]): void {
  for (const figure of figures) process.stdout.write(`${lineOf(figure)}\n`);
}

/** Name, value, unit, how many were measured, whether it keeps to its bound, and what it is. */
export function lineOf({ name, value, unit, target, atLeast, samples, note }: Figure): string {
  const shown = value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
  const verdict = [
    target === undefined ? '' : `${value <= target ? 'within' : 'ABOVE'} ${rounded(target)} ${unit}`,
    atLeast === undefined ? '' : `${value >= atLeast ? 'above' : 'BELOW'} ${rounded(atLeast)} ${unit}`,
  ].join('');
  return `${name.padEnd(46)} ${shown.padStart(9)} ${unit.padEnd(5)} n=${String(samples).padEnd(3)} ${verdict.padEnd(16)} ${note}`.trimEnd();
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
