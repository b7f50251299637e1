import { hkdfSync } from 'node:crypto';
import { canonicalBytes, concatBytes, fromUtf8, sha256, toHex, toJson, u32be, utf8 } from '#canonical';
import { readSealedFile, type SealedFileOptions, writeSealedFile } from '../shared/sealed-file.js';
import { type LedgerRecord, type OpenLedger, recordVersion } from './ledger-record.js';

const lengthBytes = 4;
const nonceBytes = 12;

export interface LedgerStoreOptions {
  /** 32 bytes that the platform releases to this measurement only. */
  readonly sealingKey: Uint8Array;
  /** Each ledger has a file of its own: this path, a dot, and a name derived from tenant and ledger. */
  readonly stateFile: string;
  readonly random: (count: number) => Uint8Array;
}

/**
 * Keeps the ledgers of this key enclave across restarts.
 *
 * A file a ledger, because most of its size is the FHE key, which never changes: what one change writes does not
 * grow with the number of ledgers.
 */
export class LedgerStore {
  readonly #fileKey: Uint8Array;
  readonly #wrapKey: Uint8Array;

  constructor(private readonly options: LedgerStoreOptions) {
    if (options.sealingKey.length !== 32) {
      throw new Error(`the sealing key has ${options.sealingKey.length} bytes, expected 32`);
    }
    this.#fileKey = derive(options.sealingKey, 'sealflow/ledger-file/v1');
    this.#wrapKey = derive(options.sealingKey, 'sealflow/ledger-key-wrap/v1');
  }

  /** Key under which the engine's process wraps new FHE keys. */
  get wrapKey(): Uint8Array {
    return this.#wrapKey;
  }

  /** null when this enclave has never opened the ledger. Refuses with `SEALED_STATE_UNREADABLE`. */
  async load(tenant: string, ledger: string): Promise<OpenLedger | null> {
    const content = await readSealedFile(this.#file(tenant, ledger));
    if (content === null) return null;
    const length = new DataView(content.buffer, content.byteOffset).getUint32(0);
    const json = fromUtf8(content.subarray(lengthBytes, lengthBytes + length));
    // Not parsed as hostile input: the file's authentication proves that this class wrote it for this ledger.
    const record = JSON.parse(json) as LedgerRecord;
    if (record.v !== recordVersion) throw new Error(`sealed ledger record has version ${record.v}`);
    const wrapped = content.subarray(lengthBytes + length);
    return { record, key: { wrapped, wrapKey: this.#wrapKey, context: keyContext(tenant, ledger) } };
  }

  async save({ record, key }: OpenLedger): Promise<void> {
    const json = canonicalBytes(toJson(record));
    const content = concatBytes(u32be(json.length), json, key.wrapped);
    const nonce = this.options.random(nonceBytes);
    await writeSealedFile(this.#file(record.tenant, record.ledger), content, nonce);
  }

  #file(tenant: string, ledger: string): SealedFileOptions {
    const context = keyContext(tenant, ledger);
    const name = toHex(sha256(utf8(context))).slice(0, 32);
    return { path: `${this.options.stateFile}.${name}`, key: this.#fileKey, context };
  }
}

/** Tenants choose names of ledgers, so the parts need a separator that no name contains. */
export function keyContext(tenant: string, ledger: string): string {
  return `${tenant}|${ledger}`;
}

function derive(secret: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), info, 32));
}
