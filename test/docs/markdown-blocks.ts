/** A fenced block of a document. */
export interface Block {
  /** Where it begins. */
  readonly line: number;
  /** What stands behind the fence, e.g. `sh`; empty for nothing. */
  readonly info: string;
  /** The nearest heading above it. */
  readonly heading: string;
  /** Ends in a line end. */
  readonly text: string;
  /** Commands, to be typed as they are: `text` blocks show what was answered. */
  readonly isTyped: boolean;
}

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; info: string; lines: string[] } | null = null;
  let heading = '';
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (open === null) {
      if (fence !== null) open = { line: index + 1, info: (fence[1] ?? '').trim(), lines: [] };
      else heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    } else if (fence?.[1] === '') {
      const { line: begun, info, lines } = open;
      const text = lines.map((one) => `${one}\n`).join('');
      blocks.push({ line: begun, info, heading, text, isTyped: info === '' || info === 'sh' });
      open = null;
    } else open.lines.push(line);
  }
  if (open !== null) throw new Error(`line ${open.line}: the block has no end`);
  return blocks;
}

/**
 * Lines of a shown answer that the real one lacks. `...` stands for anything within a line, or for lines; two streams
 * may have mixed theirs, so the order of lines counts for nothing.
 */
export function missingLines(shown: string, said: string): string[] {
  const answers = said.split('\n');
  return shown.split('\n').filter((line) => {
    const parts = line.split('...').map((part) => part.trim());
    return !answers.some((answer) => holds(answer, parts));
  });
}

function holds(answer: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = answer.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
