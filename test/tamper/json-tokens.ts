/** A part of a JSON text that a mutation can aim at. Offsets count UTF-16 units of the text. */
export interface Token {
  readonly kind: 'string' | 'number' | 'literal' | 'name' | 'mark';
  /** Members from the top, array indexes included. */
  readonly path: readonly (string | number)[];
  /** Of the content: a string's place is between its quotes. */
  readonly from: number;
  readonly to: number;
}

/** Every token of a valid JSON text, in order. It judges nothing: the text comes from our own writer. */
export function jsonTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const mark = (path: Token['path']): void => {
    tokens.push({ kind: 'mark', path, from: at, to: at + 1 });
    at += 1;
  };
  const stringEnd = (): number => {
    let end = at + 1;
    while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    return end;
  };
  const value = (path: Token['path']): void => {
    if (text[at] === '{') object(path);
    else if (text[at] === '[') array(path);
    else scalar(path);
  };
  const scalar = (path: Token['path']): void => {
    if (text[at] === '"') {
      const end = stringEnd();
      tokens.push({ kind: 'string', path, from: at + 1, to: end });
      at = end + 1;
      return;
    }
    const length = /^[-+.0-9a-zE]+/.exec(text.slice(at, at + 32))?.[0].length ?? 1;
    const kind = /[-0-9]/.test(text[at] ?? '') ? 'number' : 'literal';
    tokens.push({ kind, path, from: at, to: at + length });
    at += length;
  };
  const object = (path: Token['path']): void => {
    mark(path);
    while (text[at] !== '}') {
      if (text[at] === ',') mark(path);
      const end = stringEnd();
      const member: string = JSON.parse(text.slice(at, end + 1));
      tokens.push({ kind: 'name', path: [...path, member], from: at + 1, to: end });
      at = end + 1;
      mark(path);
      value([...path, member]);
    }
    mark(path);
  };
  const array = (path: Token['path']): void => {
    mark(path);
    for (let index = 0; text[at] !== ']'; index += 1) {
      if (text[at] === ',') mark(path);
      value([...path, index]);
    }
    mark(path);
  };
  value([]);
  return tokens;
}
