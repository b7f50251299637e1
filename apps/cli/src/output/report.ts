/** Where a demo puts what it shows: text for a person while it happens, or one JSON document at the end. */
export interface Report {
  heading(text: string): void;
  line(text?: string): void;
  /** A fact of the JSON document; text reports show it through `line`. */
  fact(name: string, value: unknown): void;
  end(): void;
}

const bold = process.stdout.isTTY ? (text: string) => `\x1b[1m${text}\x1b[0m` : (text: string) => text;

export class TextReport implements Report {
  heading(text: string): void {
    process.stdout.write(`\n${bold(text)}\n`);
  }

  line(text = ''): void {
    process.stdout.write(`${text}\n`);
  }

  fact(): void {}

  end(): void {}
}

export class JsonReport implements Report {
  readonly #facts: Record<string, unknown> = {};

  heading(): void {}

  line(): void {}

  fact(name: string, value: unknown): void {
    this.#facts[name] = value;
  }

  end(): void {
    const printable = (_key: string, value: unknown): unknown =>
      typeof value === 'bigint' ? value.toString() : value;
    process.stdout.write(`${JSON.stringify(this.#facts, printable)}\n`);
  }
}
