import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalBytes,
  type Digest,
  digestOf,
  isDigest,
  type Json,
  type JsonObject,
  parseJsonStrict,
  toJson,
} from '#canonical';
import {
  type CircuitManifest,
  encodeManifest,
  KNOWN_TAU_ORIGIN,
  ProofsError,
  parseManifest,
  parseZkeyHead,
  type ZkeyHead,
} from '#proofs';
import { readEvidenceFile } from '../evidence/files.js';
import { exitCode, UsageError } from '../output/failure.js';
import { circuitFileNames, digestOfFile, openBytes } from './circuit-folder.js';
import { askCeremony } from './prover-program.js';

/** What a ceremony starts from; beside the constraints, the program and the growing key. */
interface CeremonyFile {
  readonly v: 'sealflow/ceremony/v1';
  readonly ptau: { readonly digest: Digest; readonly power: number; readonly origin: string };
  /** Manifest whose circuit gets new keys. */
  readonly base: JsonObject;
}

const CONTRIBUTIONS_MIN = 2;

/**
 * A folder in which the keys of one circuit grow: each contributor gets it from the one before, adds a secret, tells
 * the hash, and hands it on. Nobody has to trust the folder: the last step checks the whole chain, and one honest
 * contributor who forgot the secret is enough.
 */
export class CeremonyFolder {
  constructor(private readonly folder: string) {}

  async start(base: Uint8Array, ptau: string, origin: string): Promise<number> {
    if (existsSync(this.#path('circuit.zkey')))
      throw new UsageError(`${this.folder}: a ceremony has started here; take another folder`);
    const manifest = readManifest(base);
    const r1cs = digestOfFile(this.#path('circuit.r1cs'));
    if (r1cs !== manifest.artifacts.r1cs) {
      throw new UsageError(
        `circuit.r1cs: expected ${manifest.artifacts.r1cs} by the manifest of ${manifest.name}, got ${r1cs}: build the circuit from the sources that the manifest names`,
        exitCode.failed,
      );
    }
    const digest = digestOfFile(ptau);
    const { power } = await this.#replaceKey({ op: 'start', r1cs: this.#path('circuit.r1cs'), ptau });
    const file = {
      v: 'sealflow/ceremony/v1',
      ptau: { digest, power: Number(power), origin },
      base: toJson(manifest),
    };
    this.#write('ceremony.json', canonicalBytes(file));
    return Number(power);
  }

  async contribute(name: string, entropy: string): Promise<string> {
    const { contributions } = this.#head();
    if (contributions.some(({ beacon }) => beacon !== null)) throw ended(this.folder);
    if (contributions.some((one) => one.name === name))
      throw new UsageError(`${name} contributed before: one person counts once`);
    const answer = await this.#replaceKey({
      op: 'contribute',
      from: this.#path('circuit.zkey'),
      name,
      entropy,
    });
    return this.#confirmed(name, answer);
  }

  /** Ends the ceremony: beacon, the whole chain verified, key and manifest written. */
  async beacon(value: string, iterationsExp: number, ptau: string): Promise<CircuitManifest> {
    const { contributions } = this.#head();
    if (contributions.some(({ beacon }) => beacon !== null)) throw ended(this.folder);
    if (contributions.length < CONTRIBUTIONS_MIN) {
      throw new UsageError(
        `${this.folder}: ${contributions.length} contributions, expected ${CONTRIBUTIONS_MIN} or more by distinct names before the beacon`,
        exitCode.policy,
      );
    }
    const file = this.#file();
    const question = { op: 'beacon', from: this.#path('circuit.zkey'), name: 'beacon', value, iterationsExp };
    this.#confirmed('beacon', await this.#replaceKey(question, (zkey) => this.#verifyKey(zkey, ptau, file)));
    return this.#describe(file);
  }

  /**
   * The full check: constraints, powers of tau and every contribution. As slow as the setup.
   *
   * @param ptau undefined where nobody has such a file, which is said by the name of what the keys are
   */
  async verify(ptau: string | undefined): Promise<ZkeyHead> {
    if (!existsSync(this.#path('ceremony.json'))) throw this.#uncheckable();
    if (ptau === undefined)
      throw new UsageError(`--ptau: expected the powers of tau ${this.#file().ptau.digest}`);
    await this.#verifyKey(this.#path('circuit.zkey'), ptau, this.#file());
    return this.#head();
  }

  async #verifyKey(zkey: string, ptau: string, file: CeremonyFile): Promise<void> {
    const digest = digestOfFile(ptau);
    if (digest !== file.ptau.digest)
      throw new UsageError(
        `${ptau}: expected the powers of tau ${file.ptau.digest}, got ${digest}`,
        exitCode.failed,
      );
    await askCeremony({ op: 'verify', r1cs: this.#path('circuit.r1cs'), ptau, zkey });
  }

  /** Of keys that no ceremony made: whether they follow from anything is the word of whoever made them. */
  #uncheckable(): UsageError {
    const missing = `${this.folder}: no ceremony was started here`;
    if (!existsSync(this.#path(circuitFileNames.manifest)))
      return new UsageError(missing, exitCode.malformed);
    const { name, state, setup } = readManifest(manifestOf(this.folder));
    const { origin, digest } = setup.ptau;
    const why =
      origin === KNOWN_TAU_ORIGIN
        ? `KNOWN_TAU: the keys of ${name} were made without powers of tau, from a tau that one process drew and knew`
        : `NO_CEREMONY: the keys of ${name} (state ${state}) come from powers of tau ${digest} (${origin}) without a ceremony file`;
    return new UsageError(
      `${why}: nothing is here to check them against. NOT FOR PRODUCTION: make keys over the same constraints with \`circuits ceremony start\``,
      exitCode.policy,
    );
  }

  async #describe(file: CeremonyFile): Promise<CircuitManifest> {
    const { vkey } = await askCeremony({ op: 'vkey', zkey: this.#path('circuit.zkey') });
    const bytes = canonicalBytes(vkey ?? null);
    const base = readManifest(canonicalBytes(file.base));
    const { contributions } = this.#head();
    const last = contributions.at(-1);
    const artifacts = {
      r1cs: digestOfFile(this.#path('circuit.r1cs')),
      sym: digestOfFile(this.#path('circuit.sym')),
      wasm: digestOfFile(this.#path('circuit.wasm')),
      zkey: digestOfFile(this.#path('circuit.zkey')),
      vkey: digestOf(bytes),
    };
    const manifest: CircuitManifest = {
      ...base,
      state: 'ceremony',
      artifacts,
      setup: {
        ptau: file.ptau,
        contributions: contributions.slice(0, -1).map(({ name, hash }) => ({ name, hash })),
        beacon: {
          value: last?.beacon?.value ?? '',
          iterationsExp: last?.beacon?.iterationsExp ?? 0,
          hash: last?.hash ?? '',
        },
      },
    };
    const encoded = encodeManifest(manifest);
    readManifest(encoded);
    this.#write(circuitFileNames.vkey, bytes);
    this.#write(circuitFileNames.manifest, encoded);
    return manifest;
  }

  /** The key that the program made takes the place of the one before when it is whole, and checked if asked. */
  async #replaceKey(question: JsonObject, check?: (zkey: string) => Promise<void>): Promise<JsonObject> {
    const out = this.#path('circuit.zkey.new');
    try {
      const answer = await askCeremony({ ...question, out });
      await check?.(out);
      renameSync(out, this.#path('circuit.zkey'));
      return answer;
    } finally {
      rmSync(out, { force: true });
    }
  }

  /** What the program said must be what the file records. */
  #confirmed(name: string, answer: JsonObject): string {
    const last = this.#head().contributions.at(-1);
    if (last?.name === name && last.hash === answer['hash']) return last.hash;
    throw new UsageError(
      `${this.folder}: the key does not record the contribution that was made`,
      exitCode.failed,
    );
  }

  #head(): ZkeyHead {
    const { read, close } = openBytes(this.#path('circuit.zkey'));
    try {
      return orUsage(() => parseZkeyHead(read));
    } finally {
      close();
    }
  }

  #file(): CeremonyFile {
    const json: Json = parseJsonStrict(readFileSync(this.#path('ceremony.json')));
    const { ptau, base } = json as unknown as CeremonyFile;
    if (typeof ptau?.digest === 'string' && isDigest(ptau.digest))
      return { v: 'sealflow/ceremony/v1', ptau, base };
    throw new UsageError(
      `${this.folder}/ceremony.json: expected the file that \`ceremony start\` wrote`,
      exitCode.malformed,
    );
  }

  #write(name: string, bytes: Uint8Array): void {
    const file = this.#path(name);
    writeFileSync(`${file}.new`, bytes, { flush: true });
    renameSync(`${file}.new`, file);
  }

  #path(name: string): string {
    return join(this.folder, name);
  }
}

export function readManifest(bytes: Uint8Array): CircuitManifest {
  return orUsage(() => parseManifest(bytes));
}

export function manifestOf(folder: string): Uint8Array {
  return readEvidenceFile(join(folder, circuitFileNames.manifest));
}

function orUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProofsError)
      throw new UsageError(`${error.code}: ${error.message}`, exitCode.malformed);
    throw error;
  }
}

function ended(folder: string): UsageError {
  return new UsageError(`${folder}: the beacon has ended this ceremony; start another one`);
}
