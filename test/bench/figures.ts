/** One measured figure, with the bound that the project promises where there is one. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The value is at most this. */
  readonly target?: number;
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
  for (const { name, value, unit, target, samples, note } of figures) {
    const shown = value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
    const bound = target === undefined ? '' : Number(target.toFixed(2));
    const verdict =
      target === undefined ? '' : value <= target ? `within ${bound} ${unit}` : `ABOVE ${bound} ${unit}`;
    process.stdout.write(
      `${name.padEnd(46)} ${shown.padStart(9)} ${unit.padEnd(5)} n=${String(samples).padEnd(3)} ${verdict.padEnd(16)} ${note}\n`,
    );
  }
}
