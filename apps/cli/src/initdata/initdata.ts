import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { UsageError } from '../output/failure.js';

/**
 * Initdata of confidential containers (specification 0.1.0): a TOML text that the runtime hands to a guest and whose
 * digest the hardware signs. Whoever wrote the text can say beforehand what the hardware will sign; that value, and not
 * the text, is what a policy allows.
 */
export const initdataAlgorithms = ['sha256', 'sha384', 'sha512'] as const;
export type InitdataAlgorithm = (typeof initdataAlgorithms)[number];

/** Names that a guest reads; others it ignores, and a typing error would take the policy away. */
export const initdataFiles = ['aa.toml', 'cdh.toml', 'policy.rego'] as const;
export type InitdataFile = (typeof initdataFiles)[number];

export interface InitdataDigests {
  readonly algorithm: InitdataAlgorithm;
  /** Over the TOML text, in hexadecimal digits as the others. */
  readonly digest: string;
  /** HOSTDATA of SEV-SNP: 32 bytes. */
  readonly hostData: string;
  /** MRCONFIGID of TDX: 48 bytes. */
  readonly mrConfigId: string;
  /** Personalization value of a realm of Arm CCA: 64 bytes. */
  readonly realmPersonalization: string;
}

const HOSTDATA_BYTES = 32;
const MRCONFIGID_BYTES = 48;
const REALM_PERSONALIZATION_BYTES = 64;
const TEXT_BYTES_MAX = 1024 * 1024;
/** Of an annotation's share of an object, which etcd bounds. */
const ENCODED_CHARS_MAX = 256 * 1024;
const GZIP_SYSTEM = 9;
const UNKNOWN_SYSTEM = 0xff;
/** TOML 1.0 allows tabs and line feeds in a literal text, and no other control character. */
const FORBIDDEN = /[^\P{Cc}\t\n]/u;

/** @throws UsageError for a file that a literal text of TOML cannot hold */
export function initdataToml(
  algorithm: InitdataAlgorithm,
  files: Readonly<Partial<Record<InitdataFile, string>>>,
): string {
  const parts = initdataFiles.flatMap((name) => {
    const text = files[name];
    if (text === undefined) return [];
    if (text.includes("'''") || FORBIDDEN.test(text)) {
      throw new UsageError(
        `${name}: expected a text without ''' and without control characters besides tabs and line feeds (a carriage return is one)`,
      );
    }
    return [`"${name}" = '''\n${text.endsWith('\n') ? text : `${text}\n`}'''\n`];
  });
  if (parts.length === 0)
    throw new UsageError(`initdata: expected at least one of ${initdataFiles.join(', ')}`);
  return `version = "0.1.0"\nalgorithm = "${algorithm}"\n\n[data]\n${parts.join('\n')}`;
}

/** base64(gzip(text)), the value of the annotation; the same bytes on every machine. */
export function encodeInitdata(toml: string): string {
  const packed = gzipSync(toml, { level: 9 });
  // RFC 1952, 2.3: the header names the operating system that packed it.
  packed[GZIP_SYSTEM] = UNKNOWN_SYSTEM;
  const encoded = packed.toString('base64');
  if (encoded.length > ENCODED_CHARS_MAX)
    throw new UsageError(`initdata: expected at most ${ENCODED_CHARS_MAX} characters, got ${encoded.length}`);
  return encoded;
}

/**
 * Takes what `encodeInitdata` or another tool made, or the TOML text itself, and gives the text.
 *
 * @throws UsageError
 */
export function readInitdata(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  const compact = text.trim();
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return text;
  try {
    return gunzipSync(Buffer.from(compact, 'base64'), { maxOutputLength: TEXT_BYTES_MAX }).toString('utf8');
  } catch {
    throw new UsageError('initdata: expected a TOML text, or base64 of one packed by gzip');
  }
}

/** What the hardware will sign for a text: its digest, cut or filled with zeros to the width of the field. */
export function initdataDigests(toml: string): InitdataDigests {
  const head = toml.split(/^\s*\[/m, 1)[0] ?? '';
  const version = /^\s*version\s*=\s*["']([^"']*)["']/m.exec(head)?.[1];
  if (version !== '0.1.0') throw new UsageError(`initdata: expected version "0.1.0", got ${quoted(version)}`);
  const written = /^\s*algorithm\s*=\s*["']([^"']*)["']/m.exec(head)?.[1];
  const algorithm = initdataAlgorithms.find((known) => known === written);
  if (algorithm === undefined)
    throw new UsageError(
      `initdata: expected algorithm ${initdataAlgorithms.join(', ')}, got ${quoted(written)}`,
    );
  const digest = createHash(algorithm).update(toml).digest();
  return {
    algorithm,
    digest: digest.toString('hex'),
    hostData: sized(digest, HOSTDATA_BYTES),
    mrConfigId: sized(digest, MRCONFIGID_BYTES),
    realmPersonalization: sized(digest, REALM_PERSONALIZATION_BYTES),
  };
}

function quoted(text: string | undefined): string {
  return text === undefined ? 'nothing' : JSON.stringify(text.slice(0, 40));
}

function sized(digest: Buffer, bytes: number): string {
  const field = Buffer.alloc(bytes);
  digest.copy(field);
  return field.toString('hex');
}
