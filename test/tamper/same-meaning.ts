import { canonicalize, isJsonObject, type Json, type JsonObject, parseJsonStrict } from '#canonical';

/**
 * What a bundle says, without the freedoms that its format leaves to a writer: white space, the order of members, members
 * that the format does not name, `hints`, the alphabet of base64 in an envelope, `keyid`, which is a hint by the DSSE
 * specification, the size of a blob that is withheld, and lines of a note that nobody counts. Null for bytes that are no
 * JSON.
 */
export function meaningOf(bytes: Uint8Array): string | null {
  try {
    return canonicalize(container(parseJsonStrict(bytes)));
  } catch {
    return null;
  }
}

const members = [
  ...['mediaType', 'root', 'steps', 'stepProofs', 'withheldSteps', 'appraisals', 'withheldAppraisals'],
  ...['blobs', 'log', 'timestamps', 'renewals', 'disclosures'],
];

function container(bundle: Json): Json {
  if (!isJsonObject(bundle)) return bundle;
  const named = members.flatMap((name): [string, Json][] => {
    const value = bundle[name];
    return value === undefined ? [] : [[name, plain(value)]];
  });
  return Object.fromEntries(named);
}

function plain(value: Json): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return value;
  const envelope = value['payloadType'] !== undefined || value['sig'] !== undefined;
  const entries = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    if (name === 'size' && value['detached'] === true) return [];
    if (name === 'keyid' && envelope) return [];
    if (typeof member !== 'string') return [[name, plain(member)]];
    return [[name, text(name, member, envelope)]];
  });
  return Object.fromEntries(entries) satisfies JsonObject;
}

function text(name: string, value: string, envelope: boolean): string {
  if (name === 'proof') return countedLines(value, () => true);
  // The log's own line comes first; cosignatures of a renewal are not asked for.
  if (name === 'checkpoint') return countedLines(value, (line, first) => signer(line) === signer(first));
  return envelope ? value.replaceAll('-', '+').replaceAll('_', '/') : value;
}

/** A note with each of its signature lines once (C2SP signed-note: a repeated signature says nothing more). */
function countedLines(note: string, counts: (line: string, first: string) => boolean): string {
  const end = note.lastIndexOf('\n\n');
  const [first = '', ...rest] = note.slice(end + 2).split('\n');
  const lines = new Set([first, ...rest].filter((line) => counts(line, first)));
  return `${note.slice(0, end)}\n\n${[...lines].join('\n')}`;
}

function signer(line: string): string {
  return line.split(' ')[1] ?? '';
}
