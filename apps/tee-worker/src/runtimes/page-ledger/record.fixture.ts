/** Secrets of a ledger that never was, for tests of what keeps them. No production code uses it. */
import { type Digest, digestOf, sha256, toBase64, utf8 } from '#canonical';
import { generateSealKeyPair } from '#sealing';
import type { TaskBlobs } from '#worker';
import { type LedgerRecord, recordVersion } from './ledger-secrets.js';

/** Repeatable bytes: each call draws others. */
export function seededBytes(name: string): (count: number) => Uint8Array {
  let draws = 0;
  return (count) => {
    const parts: Uint8Array[] = [];
    for (let drawn = 0; drawn < count; drawn += 32) {
      draws += 1;
      parts.push(sha256(utf8(`${name}/${draws}`)));
    }
    return Buffer.concat(parts).subarray(0, count);
  };
}

export const holders = ['first', 'second', 'third'].map((name) => ({
  name,
  ...generateSealKeyPair(seededBytes(`holder ${name}`)),
}));

export function sampleRecord(members: Partial<LedgerRecord> = {}): LedgerRecord {
  const random = seededBytes('record');
  const text = (): string => toBase64(random(32));
  return {
    v: recordVersion,
    tenant: 'acme',
    ledger: 'eur-1',
    charter: digestOf(utf8('charter')),
    openedBy: { runId: 'run-1', taskId: 'found.authorize' },
    signingSeed: text(),
    stateKey: text(),
    coinKey: text(),
    statementSecret: text(),
    recovery: {
      threshold: 2,
      holders: holders.map(({ name, publicKey }) => ({ name, key: toBase64(publicKey) })),
    },
    viewers: [],
    epochs: [
      {
        epoch: 1,
        state: 'active',
        intentKey: text(),
        wrapped: toBase64(random(64)),
        wrapKey: text(),
        keyId: digestOf(utf8('key')),
        publicKeyId: digestOf(utf8('public key')),
      },
    ],
    ...members,
  };
}

export class MemoryBlobs implements TaskBlobs {
  readonly #blobs = new Map<Digest, Uint8Array>();

  async get(digest: Digest): Promise<Uint8Array> {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) throw new Error(`no blob ${digest}`);
    return bytes;
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    this.#blobs.set(digest, bytes);
    return digest;
  }

  /** What a store that lies would answer under a digest. */
  replace(digest: Digest, bytes: Uint8Array): void {
    this.#blobs.set(digest, bytes);
  }

  /** In the order in which they came. */
  digests(): readonly Digest[] {
    return [...this.#blobs.keys()];
  }
}
