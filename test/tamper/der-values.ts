/** A part of a DER encoding that a mutation can aim at: the header of a value, or the content of a primitive one. */
export interface DerPart {
  /** Positions from the top with their tags, e.g. `0:30.2:02`, and which part it is. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Every part of a DER encoding, in order; null for other bytes. It judges nothing. */
export function derParts(bytes: Uint8Array): DerPart[] | null {
  return partsOf(bytes, 0, bytes.length, '');
}

function partsOf(bytes: Uint8Array, from: number, to: number, path: string): DerPart[] | null {
  const parts: DerPart[] = [];
  for (let [at, index] = [from, 0]; at < to; index += 1) {
    const header = headerAt(bytes, at, to);
    if (header === null) return null;
    const { content, end } = header;
    const name = `${path}${path === '' ? '' : '.'}${index}:${Buffer.from(bytes.subarray(at, at + 1)).toString('hex')}`;
    parts.push({ name: `${name} header`, from: at, to: content });
    const inner = holdsValues(bytes, at, content, end) ? partsOf(bytes, content, end, name) : null;
    if (inner !== null) parts.push(...inner);
    else if (end > content) parts.push({ name, from: content, to: end });
    at = end;
  }
  return parts;
}

/** Constructed values, and octet strings that hold one value. */
function holdsValues(bytes: Uint8Array, at: number, content: number, end: number): boolean {
  const tag = bytes[at] ?? 0;
  if ((tag & 0x20) !== 0) return true;
  return tag === 0x04 && bytes[content] === 0x30 && headerAt(bytes, content, end)?.end === end;
}

function headerAt(bytes: Uint8Array, at: number, to: number): { content: number; end: number } | null {
  const short = bytes[at + 1];
  if (short === undefined || at + 2 > to) return null;
  const count = short < 0x80 ? 0 : short & 0x7f;
  if (count > 3 || short === 0x80) return null;
  let length = count === 0 ? short : 0;
  for (const byte of bytes.subarray(at + 2, at + 2 + count)) length = length * 256 + byte;
  const content = at + 2 + count;
  return content + length <= to ? { content, end: content + length } : null;
}
