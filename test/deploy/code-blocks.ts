export interface CodeBlock {
  /** The nearest heading above it. */
  readonly heading: string;
  readonly code: string;
}

/** Code blocks of one section of a document, of its subsections too, in their order. */
export function codeBlocks(markdown: string, section: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let isInside = false;
  let heading = '';
  let lines: string[] | null = null;
  for (const line of markdown.split('\n')) {
    if (lines !== null) {
      if (line === '```') {
        if (isInside) blocks.push({ heading, code: lines.join('\n') });
        lines = null;
      } else lines.push(line);
      continue;
    }
    if (line.startsWith('```')) lines = [];
    const [, marks = '', title = ''] = /^(##+) (.*)$/.exec(line) ?? [];
    if (marks === '##') isInside = title === section;
    if (title !== '') heading = title;
  }
  return blocks;
}
