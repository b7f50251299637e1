/** A call of a program as a document shows it. */
export interface ShownLine {
  readonly line: number;
  readonly program: 'sealflow' | 'npm run';
  /** What stands behind the program, word by word. */
  readonly words: readonly string[];
  /** Whether it is to be typed as it is; otherwise it is spoken of, and may lack what a call needs. */
  readonly isWhole: boolean;
}

/** Calls in code blocks, a line or several that end in `\`, and in `code` within a text. */
export function shownLines(markdown: string): ShownLine[] {
  const found: ShownLine[] = [];
  let isCode = false;
  let begun = '';
  for (const [index, text] of markdown.split('\n').entries()) {
    if (/^\s*```/.test(text)) {
      isCode = !isCode;
      continue;
    }
    if (!isCode) {
      for (const [, span = ''] of text.matchAll(/`([^`]+)`/g)) found.push(...callsIn(span, index + 1, false));
      continue;
    }
    begun += text.endsWith('\\') ? `${text.slice(0, -1)} ` : text;
    if (text.endsWith('\\')) continue;
    found.push(...callsIn(begun, index + 1, true));
    begun = '';
  }
  return found;
}

const CALL = /^(?:npx )?sealflow(?:$| +(?=(?:-|[a-z][a-z0-9-]*(?:$|\s))))|^npm run (?=[a-z])/;

function callsIn(text: string, line: number, inBlock: boolean): ShownLine[] {
  // What follows a pipe, a redirection or `&` is the shell's; what stands before a call is its environment.
  const plain = text
    .replace(/\s+#.*$/, '')
    .replace(/^\s*\$ /, '')
    .replace(/\s&\s*$/, '')
    .trim();
  return plain.split(/\s(?:&&|\|)\s/).flatMap((part) => {
    const call = part.trim().replace(/^(?:[A-Z_]+=(?:"[^"]*"|\S*) )+/, '');
    const program = CALL.exec(call)?.[0];
    if (program === undefined) return [];
    // Brackets are around what may be left out.
    const words = wordsOf(call.slice(program.length).replace(/ \d?>>?&? ?\S+|[[\]]/g, ''));
    const isWhole = inBlock && words.at(-1) !== '...';
    return [
      {
        line,
        program: program.startsWith('npm') ? ('npm run' as const) : ('sealflow' as const),
        words: words.filter((word) => word !== '...'),
        isWhole,
      },
    ];
  });
}

/** As a shell parts them, quotes taken off. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''));
}
