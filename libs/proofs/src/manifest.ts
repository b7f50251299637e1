/**
 * The circuit manifest: what a verification key is for.
 *
 * A key alone says nothing about the statement it proves. The manifest ties it to the circuit's sources, to the
 * setup that made it and to the meaning of each public signal. It is trusted only when the verifier's own policy
 * lists its digest; nothing inside it can make it trusted.
 */
import {
  canonicalBytes,
  type Digest,
  digestOf,
  equalBytes,
  type Json,
  parseDigest,
  parseJsonStrict,
  toJson,
} from '#canonical';
import { ProofsError } from './proofs-error.js';
import { Shape } from './shape.js';
import { type PublicSignal, parseSignals } from './signal.js';

export const MANIFEST_MEDIA_TYPE = 'application/vnd.sealflow.circuit-manifest.v1+json';
const MANIFEST_BYTES_MAX = 64 * 1024;

/** Origin of keys that were made from a tau that one process drew: there are no powers of tau to check them against. */
export const KNOWN_TAU_ORIGIN = 'dev: no powers of tau; one process drew tau and knew it';

/** draft: no keys yet; dev: keys of one machine, trapdoor may exist; ceremony: not yet released; then active, revoked. */
export type KeyState = 'draft' | 'dev' | 'ceremony' | 'active' | 'revoked';

export interface CircuitManifest {
  readonly v: 'sealflow/circuit-manifest/v1';
  readonly name: string;
  readonly version: number;
  readonly state: KeyState;
  readonly protocol: 'groth16';
  readonly curve: 'bn254';
  /** What a proof shows, in plain words. */
  readonly statement: string;
  readonly source: { readonly digest: Digest; readonly files: readonly SourceFile[] };
  readonly compiler: {
    readonly circom: string;
    readonly circom2: string;
    readonly circomlib: string;
    readonly flags: readonly string[];
  };
  /** The domain has 2^domainPower elements. */
  readonly size: { readonly constraints: number; readonly wires: number; readonly domainPower: number };
  readonly artifacts: Readonly<Record<'r1cs' | 'sym' | 'wasm' | 'zkey' | 'vkey', Digest>>;
  readonly setup: {
    readonly ptau: { readonly digest: Digest; readonly power: number; readonly origin: string };
    readonly contributions: readonly { readonly name: string; readonly hash: string }[];
    readonly beacon: { readonly value: string; readonly iterationsExp: number; readonly hash: string };
  };
  readonly contextRule: string;
  readonly signals: readonly PublicSignal[];
}

export interface SourceFile {
  readonly path: string;
  readonly digest: Digest;
}

/** Digest of the manifest blob, which is the canonical form and nothing else. */
export function manifestDigest(manifest: CircuitManifest): Digest {
  return digestOf(encodeManifest(manifest));
}

export function encodeManifest(manifest: CircuitManifest): Uint8Array {
  return canonicalBytes(toJson(manifest));
}

/**
 * @param bytes canonical JSON (RFC 8785), at most 64 KiB. Another spelling is refused, so that one manifest has
 *   one digest.
 * @throws ProofsError MANIFEST_MALFORMED
 */
export function parseManifest(bytes: Uint8Array): CircuitManifest {
  const shape = new Shape('MANIFEST_MALFORMED', 'manifest');
  const json = parseCanonicalJson(bytes);
  const object = shape.object(json, [
    'v',
    'name',
    'version',
    'state',
    'protocol',
    'curve',
    'statement',
    'source',
    'compiler',
    'size',
    'artifacts',
    'setup',
    'contextRule',
    'signals',
  ]);
  return {
    v: shape.at('v').oneOf(object['v'], ['sealflow/circuit-manifest/v1']),
    name: shape.at('name').text(object['name'], /^[a-z][a-z0-9-]{0,63}$/, 'a lower-case name'),
    version: shape.at('version').integer(object['version'], 1, 1_000_000),
    state: shape.at('state').oneOf(object['state'], ['draft', 'dev', 'ceremony', 'active', 'revoked']),
    protocol: shape.at('protocol').oneOf(object['protocol'], ['groth16']),
    curve: shape.at('curve').oneOf(object['curve'], ['bn254']),
    statement: line(object['statement'], shape.at('statement')),
    source: parseSource(object['source'], shape.at('source')),
    compiler: parseCompiler(object['compiler'], shape.at('compiler')),
    size: parseSize(object['size'], shape.at('size')),
    artifacts: parseArtifacts(object['artifacts'], shape.at('artifacts')),
    setup: parseSetup(object['setup'], shape.at('setup')),
    contextRule: line(object['contextRule'], shape.at('contextRule')),
    signals: parseSignals(object['signals'], shape.at('signals')),
  };
}

function parseCanonicalJson(bytes: Uint8Array): Json {
  try {
    const json = parseJsonStrict(bytes, { bytesMax: MANIFEST_BYTES_MAX, depthMax: 8, stringBytesMax: 4096 });
    if (equalBytes(canonicalBytes(json), bytes)) return json;
  } catch {
    // One reason for the caller: these bytes are not a manifest.
  }
  throw new ProofsError(
    'MANIFEST_MALFORMED',
    `manifest: expected canonical JSON (RFC 8785) of at most ${MANIFEST_BYTES_MAX} bytes, got ${bytes.length}`,
  );
}

function parseSource(value: Json | undefined, shape: Shape): CircuitManifest['source'] {
  const object = shape.object(value, ['digest', 'files']);
  const files = shape
    .at('files')
    .array(object['files'], 1, 256)
    .map((entry): SourceFile => {
      const file = shape.at('files').object(entry, ['path', 'digest']);
      return {
        path: shape.at('files').text(file['path'], /^[A-Za-z0-9_./-]{1,200}$/, 'a relative path'),
        digest: digest(file['digest'], shape.at('files')),
      };
    });
  const listed = digest(object['digest'], shape.at('digest'));
  if (listed !== digestOf(canonicalBytes(toJson(files)))) {
    throw shape.at('digest').fail('the SHA-256 of the canonical form of `files`');
  }
  return { digest: listed, files };
}

function parseCompiler(value: Json | undefined, shape: Shape): CircuitManifest['compiler'] {
  const object = shape.object(value, ['circom', 'circom2', 'circomlib', 'flags']);
  const version = (name: string): string =>
    shape.at(name).text(object[name], /^[0-9A-Za-z.+-]{1,64}$/, 'a version');
  return {
    circom: version('circom'),
    circom2: version('circom2'),
    circomlib: version('circomlib'),
    flags: shape
      .at('flags')
      .array(object['flags'], 0, 16)
      .map((flag) => shape.at('flags').text(flag, /^-[-A-Za-z0-9=]{1,32}$/, 'a flag')),
  };
}

function parseSize(value: Json | undefined, shape: Shape): CircuitManifest['size'] {
  const object = shape.object(value, ['constraints', 'wires', 'domainPower']);
  return {
    constraints: shape.at('constraints').integer(object['constraints'], 1, 2 ** 28),
    wires: shape.at('wires').integer(object['wires'], 1, 2 ** 28),
    domainPower: shape.at('domainPower').integer(object['domainPower'], 1, 28),
  };
}

function parseArtifacts(value: Json | undefined, shape: Shape): CircuitManifest['artifacts'] {
  const object = shape.object(value, ['r1cs', 'sym', 'wasm', 'zkey', 'vkey']);
  const of = (name: string): Digest => digest(object[name], shape.at(name));
  return { r1cs: of('r1cs'), sym: of('sym'), wasm: of('wasm'), zkey: of('zkey'), vkey: of('vkey') };
}

function parseSetup(value: Json | undefined, shape: Shape): CircuitManifest['setup'] {
  const object = shape.object(value, ['ptau', 'contributions', 'beacon']);
  const ptau = shape.at('ptau').object(object['ptau'], ['digest', 'power', 'origin']);
  const beacon = shape.at('beacon').object(object['beacon'], ['value', 'iterationsExp', 'hash']);
  return {
    ptau: {
      digest: digest(ptau['digest'], shape.at('ptau.digest')),
      power: shape.at('ptau.power').integer(ptau['power'], 1, 28),
      origin: line(ptau['origin'], shape.at('ptau.origin')),
    },
    contributions: shape
      .at('contributions')
      .array(object['contributions'], 0, 256)
      .map((entry) => {
        const one = shape.at('contributions').object(entry, ['name', 'hash']);
        return {
          name: line(one['name'], shape.at('contributions.name')),
          hash: hex(one['hash'], 64, shape.at('contributions.hash')),
        };
      }),
    beacon: {
      value: hex(beacon['value'], 32, shape.at('beacon.value')),
      iterationsExp: shape.at('beacon.iterationsExp').integer(beacon['iterationsExp'], 10, 63),
      hash: hex(beacon['hash'], 64, shape.at('beacon.hash')),
    },
  };
}

function digest(value: Json | undefined, shape: Shape): Digest {
  return parseDigest(shape.text(value, /^sha256:[0-9a-f]{64}$/, 'sha256: and 64 lower-case hex digits'));
}

function hex(value: Json | undefined, byteCount: number, shape: Shape): string {
  return shape.text(
    value,
    new RegExp(`^[0-9a-f]{${2 * byteCount}}$`),
    `${byteCount} bytes of lower-case hex`,
  );
}

function line(value: Json | undefined, shape: Shape): string {
  return shape.text(value, /^[\x20-\x7e]{1,500}$/, '1 to 500 printable ASCII characters');
}
