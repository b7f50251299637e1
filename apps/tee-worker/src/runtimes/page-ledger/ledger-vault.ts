import { canonicalBytes, type Digest, hkdfSha256, sha256, toHex, toJson, utf8 } from '#canonical';
import { readSealedFile, type SealedFileOptions, writeSealedFile } from '../shared/sealed-file.js';
import { type LedgerRecord, recordVersion } from './ledger-secrets.js';

const nonceBytes = 12;
const headVersion = 'sealflow/page-ledger-head/v1';

/** How far this enclave has come. Small and often written, so it lies in a file of its own. */
export interface KnownHead {
  readonly v: typeof headVersion;
  /** Highest version whose chain of receipts was verified. */
  readonly version: number;
  readonly receipt: Digest;
}

export interface LedgerVaultOptions {
  /** 32 bytes that the platform releases to this measurement only. */
  readonly sealingKey: Uint8Array;
  /** Each file's name is this path, a dot, and a name derived from tenant, ledger and content. */
  readonly stateFile: string;
  readonly random: (count: number) => Uint8Array;
}

/**
 * Keeps the secrets of the page ledgers of this key enclave across restarts: per ledger a file with the record,
 * which changes with its keys only, and a file with the head, which changes with every batch.
 *
 * The host can put an older head back; the enclave would then sign a second chain from there. Both chains carry the
 * ledger's signature over one version, which shows the fork to anybody who sees two receipts.
 */
export class LedgerVault {
  readonly #fileKey: Uint8Array;
  readonly #records = new Map<string, LedgerRecord>();

  constructor(private readonly options: LedgerVaultOptions) {
    if (options.sealingKey.length !== 32) {
      throw new Error(`the sealing key has ${options.sealingKey.length} bytes, expected 32`);
    }
    this.#fileKey = hkdfSha256(options.sealingKey, new Uint8Array(0), utf8('sealflow/page-ledger-file/v1'));
  }

  /** null when this enclave holds no secrets of the ledger. Refuses with `SEALED_STATE_UNREADABLE`. */
  async load(tenant: string, ledger: string): Promise<LedgerRecord | null> {
    const file = this.#file(tenant, ledger, 'secrets');
    const cached = this.#records.get(file.path);
    if (cached !== undefined) return cached;
    const content = await readSealedFile(file);
    if (content === null) return null;
    const record = parseOwn<LedgerRecord>(content, recordVersion);
    this.#records.set(file.path, record);
    return record;
  }

  async save(record: LedgerRecord): Promise<void> {
    const file = this.#file(record.tenant, record.ledger, 'secrets');
    await this.#write(file, record);
    this.#records.set(file.path, record);
  }

  /** null before the first change after the opening was seen. */
  async head(tenant: string, ledger: string): Promise<KnownHead | null> {
    const content = await readSealedFile(this.#file(tenant, ledger, 'head'));
    return content === null ? null : parseOwn<KnownHead>(content, headVersion);
  }

  async saveHead(tenant: string, ledger: string, head: Omit<KnownHead, 'v'>): Promise<void> {
    await this.#write(this.#file(tenant, ledger, 'head'), { v: headVersion, ...head });
  }

  async #write(file: SealedFileOptions, content: LedgerRecord | KnownHead): Promise<void> {
    await writeSealedFile(file, canonicalBytes(toJson(content)), this.options.random(nonceBytes));
  }

  #file(tenant: string, ledger: string, content: 'secrets' | 'head'): SealedFileOptions {
    const context = `${tenant}|${ledger}|pages|${content}`;
    const name = toHex(sha256(utf8(context))).slice(0, 32);
    return { path: `${this.options.stateFile}.${name}`, key: this.#fileKey, context };
  }
}

/** Not parsed as hostile input: the file's authentication proves that this class wrote it for this ledger. */
function parseOwn<T extends { readonly v: string }>(content: Uint8Array, version: T['v']): T {
  const value = JSON.parse(Buffer.from(content).toString('utf8')) as T;
  if (value.v !== version) throw new Error(`sealed ledger file has version ${value.v}, expected ${version}`);
  return value;
}
