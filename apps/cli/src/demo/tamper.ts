import { canonicalBytes, fromBase64, isJsonObject, type Json, parseJsonStrict, toBase64 } from '#canonical';
import { bundleLimits } from '#evidence';
import { UsageError } from '../output/failure.js';

/**
 * A copy of a bundle with one byte flipped at a place like `steps.0.payload`. In a base64 member the byte behind the
 * encoding is flipped, so that what fails is the evidence and not the spelling.
 */
export function tamper(bundle: Uint8Array, path: string): { bytes: Uint8Array; what: string } {
  const document = parseJsonStrict(bundle, bundleLimits);
  const names = path.split('.').filter((name) => name !== '');
  const target = names.reduce<Json | undefined>(member, document);
  if (typeof target !== 'string' || target === '') {
    const place =
      target === undefined ? 'nothing' : Array.isArray(target) ? 'a list' : `a value that is no text`;
    throw new UsageError(
      `--tamper ${path}: expected the path of a text in the bundle, got ${place}; try root.payload, steps.0.payload, log.0.proof or blobs.<digest>.data`,
    );
  }
  const { text, what } = flipped(target);
  return { bytes: canonicalBytes(replaced(document, names, text)), what: `${path}: ${what}` };
}

function member(value: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[])[Number(name)];
  if (value === undefined || !isJsonObject(value)) return undefined;
  // Digests hold a colon and no dot, so a plain member name is enough.
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function flipped(text: string): { text: string; what: string } {
  try {
    const bytes = fromBase64(text);
    const index = bytes.length >> 1;
    bytes[index] = (bytes[index] ?? 0) ^ 1;
    return { text: toBase64(bytes), what: `bit 0 of byte ${index} of ${bytes.length}` };
  } catch {
    const index = text.length >> 1;
    const changed = String.fromCharCode(text.charCodeAt(index) ^ 1);
    return {
      text: text.slice(0, index) + changed + text.slice(index + 1),
      what: `character ${index} of ${text.length}`,
    };
  }
}

function replaced(value: Json, names: readonly string[], text: string): Json {
  const [name, ...rest] = names;
  if (name === undefined) return text;
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((item, index) =>
      index === Number(name) ? replaced(item, rest, text) : item,
    );
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === name ? replaced(item, rest, text) : item]),
  );
}
