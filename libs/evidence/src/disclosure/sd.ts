import {
  canonicalBytes,
  fromBase64Url,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonStrict,
  sha256,
  toBase64Url,
  utf8,
} from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { shown } from '../field-reader.js';
import { algorithmMember, digestsMember, hasReserved, isReserved, itemMember } from './sd-names.js';

/*
 * Selective disclosure of object members as in SD-JWT (RFC 9901): a signed object holds, in `_sd`, digests of salted
 * disclosures; whoever passes the object on leaves out the disclosures that it withholds. The signer is trusted for the
 * digests. Disclosures come from anybody, so each must be asked for by exactly one digest.
 */

/** RFC 9901, section 9.3 recommends 128 bits. */
const saltBytes = 16;
const disclosureCharsMax = 4 * 1024 * 1024;
/** Disclosures inside disclosures; a chain of thousands would end the stack of whoever follows it. */
const nestingMax = 4;

export type RandomBytes = (bytes: number) => Uint8Array;

/** One member that can be withheld, as it travels. */
export interface Disclosure {
  /** Base64url of `[salt, name, value]`. */
  readonly encoded: string;
  /** Base64url of the SHA-256 of `encoded`. */
  readonly digest: string;
  readonly name: string;
  readonly value: Json;
}

/** Raises `DISCLOSURE_MALFORMED`. */
export function parseDisclosure(encoded: string, path: string): Disclosure {
  const refuse = (got: string): never => {
    throw new EvidenceError(
      'DISCLOSURE_MALFORMED',
      `${path}: expected base64url of [salt, name, value], got ${got}`,
    );
  };
  if (encoded.length > disclosureCharsMax) return refuse(`${encoded.length} characters`);
  let parts: Json;
  try {
    parts = parseJsonStrict(fromBase64Url(encoded));
  } catch {
    return refuse('other bytes');
  }
  if (!Array.isArray(parts) || parts.length !== 3) return refuse('another form');
  const [salt, name, value]: readonly Json[] = parts;
  if (typeof salt !== 'string' || typeof name !== 'string' || value === undefined)
    return refuse('another form');
  if (isReserved(name)) return refuse(`a member named ${shown(name)}`);
  return { encoded, digest: digestOfDisclosure(encoded), name, value };
}

export function digestOfDisclosure(encoded: string): string {
  return toBase64Url(sha256(utf8(encoded)));
}

/** A member that a disclosure opened: where it belongs, and what opened it. */
export interface OpenedMember {
  /** Names from the top. */
  readonly path: readonly string[];
  readonly encoded: string;
}

export interface Opened {
  /** The object with its disclosed members; `_sd` is left only where digests have no disclosure. */
  readonly value: JsonObject;
  readonly members: readonly OpenedMember[];
}

/**
 * Puts disclosed members back. Raises `DISCLOSURE_MALFORMED`, `DISCLOSURE_DUPLICATE` when a digest or disclosure is
 * there twice, `DISCLOSURE_SHADOWS` when a disclosure would stand for a member that is there, and `DISCLOSURE_UNUSED`
 * when no digest asks for it (RFC 9901, section 7.1).
 */
export function openMembers(value: JsonObject, encoded: readonly string[], what: string): Opened {
  if (encoded.length === 0 && !hasReserved(value)) return { value, members: [] };
  const given = new Map<string, Disclosure>();
  for (const [index, text] of encoded.entries()) {
    const disclosure = parseDisclosure(text, `${what} disclosures[${index}]`);
    if (given.has(disclosure.digest))
      throw refused('DUPLICATE', what, `disclosure ${shown(disclosure.name)}`);
    given.set(disclosure.digest, disclosure);
  }
  const opening = new Opening(given, what);
  const opened = opening.object(value, [], 0);
  const unused = [...given.values()].find(({ digest }) => !opening.seen.has(digest));
  if (unused !== undefined) throw refused('UNUSED', what, `disclosure ${shown(unused.name)}`);
  return { value: opened, members: opening.members };
}

class Opening {
  readonly seen = new Set<string>();
  readonly members: OpenedMember[] = [];

  constructor(
    private readonly given: ReadonlyMap<string, Disclosure>,
    private readonly what: string,
  ) {}

  object(value: JsonObject, path: readonly string[], nesting: number): JsonObject {
    if (nesting > nestingMax) throw refused('MALFORMED', this.what, 'disclosures inside disclosures');
    const entries = new Map<string, Json>();
    for (const [name, member] of Object.entries(value)) {
      if (name === digestsMember) continue;
      if (name === itemMember) throw refused('MALFORMED', this.what, 'a withheld item of a list');
      if (name === algorithmMember) {
        if (path.length > 0 || member !== 'sha-256') throw refused('MALFORMED', this.what, algorithmMember);
        continue;
      }
      entries.set(name, this.#value(member, [...path, name], nesting));
    }
    const hidden: string[] = [];
    for (const digest of this.#digests(value, path)) {
      const disclosure = this.given.get(digest);
      if (disclosure === undefined) {
        hidden.push(digest);
        continue;
      }
      const { name, encoded } = disclosure;
      if (entries.has(name))
        throw refused('SHADOWS', this.what, `member ${shown([...path, name].join('.'))}`);
      this.members.push({ path: [...path, name], encoded });
      entries.set(name, this.#value(disclosure.value, [...path, name], nesting + 1));
    }
    if (hidden.length > 0) entries.set(digestsMember, hidden);
    return bareObject(entries);
  }

  #value(value: Json, path: readonly string[], nesting: number): Json {
    if (Array.isArray(value))
      return value.map((item: Json, index) => this.#value(item, [...path, `${index}`], nesting));
    return isJsonObject(value) ? this.object(value, path, nesting) : value;
  }

  #digests(value: JsonObject, path: readonly string[]): string[] {
    const digests = value[digestsMember];
    if (digests === undefined) return [];
    const place = [...path, digestsMember].join('.');
    if (!Array.isArray(digests)) throw refused('MALFORMED', this.what, shown(place));
    return digests.map((digest: Json) => {
      if (typeof digest !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(digest))
        throw refused('MALFORMED', this.what, shown(place));
      if (this.seen.has(digest)) throw refused('DUPLICATE', this.what, `digest in ${shown(place)}`);
      this.seen.add(digest);
      return digest;
    });
  }
}

/** Without a prototype, as strictly parsed objects are: a name like `constructor` is there only if it was sent. */
function bareObject(entries: Iterable<[string, Json]>): JsonObject {
  const object: Record<string, Json> = Object.create(null);
  for (const [name, member] of entries) object[name] = member;
  return object;
}

/** All digests in an object as it was signed, those in the given disclosures included. */
export function digestsIn(value: Json, disclosures: ReadonlyMap<string, Disclosure>): Set<string> {
  const found = new Set<string>();
  const waiting: Json[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (Array.isArray(next)) waiting.push(...(next as readonly Json[]));
    if (!isJsonObject(next)) continue;
    const digests = next[digestsMember];
    for (const digest of Array.isArray(digests) ? (digests as readonly Json[]) : []) {
      if (typeof digest !== 'string' || found.has(digest)) continue;
      found.add(digest);
      const disclosure = disclosures.get(digest);
      if (disclosure !== undefined) waiting.push(disclosure.value);
    }
    waiting.push(...Object.values(next));
  }
  return found;
}

export interface Concealed {
  readonly value: JsonObject;
  readonly disclosures: readonly string[];
}

/**
 * Makes members of an object such that they can be withheld later. The digests are sorted, so that their order says
 * nothing about the names. Raises `STATEMENT_MALFORMED` for names that SD-JWT keeps to itself.
 *
 * @param paths names from the top; the last one may be `*` for all members of the object before it
 */
export function concealMembers(
  value: JsonObject,
  paths: readonly (readonly string[])[],
  random: RandomBytes,
): Concealed {
  if (hasReserved(value))
    throw new EvidenceError('STATEMENT_MALFORMED', 'a statement may not name a member _sd, _sd_alg or ...');
  const disclosures: string[] = [];
  const conceal = (object: JsonObject, below: readonly (readonly string[])[]): JsonObject => {
    const digests: string[] = [];
    const entries: [string, Json][] = [];
    for (const [name, member] of Object.entries(object)) {
      const own = below.filter(([first]) => first === name || first === '*');
      if (own.some((path) => path.length === 1)) {
        const encoded = toBase64Url(canonicalBytes([toBase64Url(random(saltBytes)), name, member]));
        disclosures.push(encoded);
        digests.push(digestOfDisclosure(encoded));
      } else if (own.length > 0 && isJsonObject(member)) {
        entries.push([
          name,
          conceal(
            member,
            own.map((path) => path.slice(1)),
          ),
        ]);
      } else entries.push([name, member]);
    }
    return bareObject(digests.length === 0 ? entries : [...entries, [digestsMember, digests.sort()]]);
  };
  return { value: conceal(value, paths), disclosures };
}

function refused(
  code: 'MALFORMED' | 'DUPLICATE' | 'SHADOWS' | 'UNUSED',
  what: string,
  which: string,
): EvidenceError {
  const meaning = {
    MALFORMED: 'is not of SD-JWT as this format has it',
    DUPLICATE: 'is there twice',
    SHADOWS: 'is there already, so no disclosure may stand for it',
    UNUSED: 'is asked for by no digest that was signed',
  }[code];
  return new EvidenceError(`DISCLOSURE_${code}`, `${what}: ${which} ${meaning}`);
}
