const MIB = 2 ** 20;
const EVERY_MS = 200;

/** One line on the error stream that is written over, where somebody looks at it; nothing elsewhere. */
export class ProgressLine {
  #shownMs = Number.NEGATIVE_INFINITY;
  #first: { readonly bytes: number; readonly ms: number } | null = null;

  constructor(private readonly out: NodeJS.WriteStream = process.stderr) {}

  show(bytes: number, of: number | null): void {
    if (!this.out.isTTY) return;
    const nowMs = performance.now();
    // What was there before this attempt says nothing of its speed.
    this.#first ??= { bytes, ms: nowMs };
    if (nowMs - this.#shownMs < EVERY_MS) return;
    this.#shownMs = nowMs;
    const seconds = (nowMs - this.#first.ms) / 1_000;
    const speed = seconds === 0 ? 0 : (bytes - this.#first.bytes) / MIB / seconds;
    const whole = of === null ? '' : ` of ${(of / MIB).toFixed(0)}`;
    this.out.write(`\r${(bytes / MIB).toFixed(0)}${whole} MiB, ${speed.toFixed(0)} MiB/s `);
  }

  end(): void {
    if (this.out.isTTY && this.#first !== null) this.out.write('\r\u001b[K');
  }
}
