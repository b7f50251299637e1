import { canonicalize, type Json, type JsonObject, parseJsonStrict } from '#canonical';

/**
 * What a bundle says, without the freedoms that its format leaves to a writer: white space, the order of members, the
 * alphabet of base64 in an envelope, and `keyid`, which is a hint by the DSSE specification. Null for bytes that are no
 * JSON.
 */
export function meaningOf(bytes: Uint8Array): string | null {
  try {
    return canonicalize(plain(parseJsonStrict(bytes)));
  } catch {
    return null;
  }
}

function plain(value: Json): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as JsonObject;
  const members = Object.entries(object).map(([name, member]): [string, Json] => [name, plain(member)]);
  if (object['payloadType'] === undefined && object['sig'] === undefined) return Object.fromEntries(members);
  return Object.fromEntries(
    members
      .filter(([name]) => name !== 'keyid')
      .map(([name, member]) => [name, typeof member === 'string' ? standardAlphabet(member) : member]),
  );
}

function standardAlphabet(text: string): string {
  return text.replaceAll('-', '+').replaceAll('_', '/');
}
