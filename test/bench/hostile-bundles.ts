import { gzipSync } from 'node:zlib';
import { isJsonObject, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import { bundleLimits } from '#evidence';

const CAP = bundleLimits.bytesMax;

/** Files just below the cap that are made to cost as much memory as they can: name, and the bytes of the file. */
export function hostileBundles(bundle: Uint8Array): readonly (readonly [name: string, bytes: Uint8Array])[] {
  const honest = parseJsonStrict(bundle);
  if (!isJsonObject(honest)) throw new TypeError('no bundle');
  const texts: [string, string][] = [
    ['objects', filled('[', () => '{}', ']')],
    ['arrays', filled('[', () => '[]', ']')],
    ['keys', filled('{', (index) => `"${index.toString(36)}":0`, '}')],
    ['steps', grown(honest, 'steps')],
    ['proofs', grown(honest, 'stepProofs')],
    [
      'payload',
      withPayload(
        honest,
        filled('[', () => '{}', ']', 5_600_000),
      ),
    ],
    ['blobs', withBlobs(honest)],
  ];
  const plain = texts.map(([name, text]) => [`${name}.evidence.json`, Buffer.from(text)] as const);
  const packed = plain.map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes, { level: 1 })] as const);
  return [...plain, ...packed];
}

function filled(open: string, unit: (index: number) => string, close: string, charsMax = CAP): string {
  const parts: string[] = [];
  let chars = open.length + close.length;
  for (let index = 0; ; index += 1) {
    const part = `${index === 0 ? '' : ','}${unit(index)}`;
    chars += part.length;
    if (chars > charsMax) return `${open}${parts.join('')}${close}`;
    parts.push(part);
  }
}

/** The bundle with the first element of a list repeated up to the cap. */
function grown(honest: JsonObject, list: 'steps' | 'stepProofs'): string {
  const elements = honest[list];
  if (!Array.isArray(elements)) throw new TypeError(`no ${list}`);
  const unit = JSON.stringify(elements[0]);
  const room = CAP - JSON.stringify(honest).length;
  const more = Math.floor(room / (unit.length + 1));
  return JSON.stringify({ ...honest, [list]: [...elements, ...Array<Json>(more).fill(elements[0] ?? null)] });
}

function withPayload(honest: JsonObject, payload: string): string {
  const root = honest['root'];
  if (!isJsonObject(root)) throw new TypeError('no root');
  return JSON.stringify({ ...honest, root: { ...root, payload: Buffer.from(payload).toString('base64') } });
}

/** Two blobs as large as a string may be; both lie about their digest. */
function withBlobs(honest: JsonObject): string {
  const size = Math.floor((bundleLimits.stringBytesMax / 4) * 3) - 3;
  const blob = (bytes: number): JsonObject => ({
    mediaType: 'application/octet-stream',
    size: bytes,
    data: Buffer.alloc(bytes, 7).toString('base64'),
  });
  const blobs = {
    ...(isJsonObject(honest['blobs']) ? honest['blobs'] : {}),
    [`sha256:${'0'.repeat(64)}`]: blob(size),
    [`sha256:${'1'.repeat(64)}`]: blob(size - 600_000),
  };
  return JSON.stringify({ ...honest, blobs });
}
