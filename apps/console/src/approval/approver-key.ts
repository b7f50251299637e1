/*
 * The key that a person decides with. It is made here or comes from a file, and is kept by the browser as one that no
 * script can read: this page may ask for signatures with it and nothing else. It never leaves the browser.
 */

export interface ApproverKey {
  /** Raw Ed25519 key, base64: what a workflow and trust files list. */
  readonly publicKey: string;
  readonly privateKey: CryptoKey;
}

export class KeyRefusal extends Error {
  override readonly name = 'KeyRefusal';
}

const DATABASE = 'sealflow-approver';
const STORE = 'keys';
const FILE_CHARS_MAX = 4_096;
const SEED_BYTES = 32;
/** RFC 8410, 7: what stands before the seed of an Ed25519 key in PKCS #8. */
const PKCS8_HEAD = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);

/** Browsers keep keys for pages that came over TLS, or from this machine; Ed25519 is in all of 2025. */
export function canKeepKeys(): boolean {
  return globalThis.isSecureContext && globalThis.crypto?.subtle !== undefined;
}

export async function makeKey(): Promise<ApproverKey> {
  const made = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', made.publicKey));
  return { publicKey: base64(raw), privateKey: made.privateKey };
}

/**
 * A key file: 64 hex digits of a seed, as `approver.key` of an installation, or PKCS #8 in PEM.
 *
 * @throws KeyRefusal for anything else
 */
export async function keyOfFile(content: string): Promise<ApproverKey> {
  const pkcs8 = pkcs8Of(content);
  try {
    // The public half is read of a copy that is dropped at once; what is kept cannot be read.
    const copy = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
    const { x = '' } = await crypto.subtle.exportKey('jwk', copy);
    const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
    const publicKey = `${x.replaceAll('-', '+').replaceAll('_', '/')}=`;
    return { publicKey, privateKey };
  } catch {
    // What the browser says may hold bytes of the file.
    throw new KeyRefusal('the file holds no Ed25519 key');
  } finally {
    pkcs8.fill(0);
  }
}

function pkcs8Of(content: string): Uint8Array<ArrayBuffer> {
  const text = content.length > FILE_CHARS_MAX ? '' : content.trim();
  if (/^[0-9a-f]{64}$/i.test(text)) {
    const bytes = new Uint8Array(PKCS8_HEAD.length + SEED_BYTES);
    bytes.set(PKCS8_HEAD);
    for (let at = 0; at < SEED_BYTES; at += 1)
      bytes[PKCS8_HEAD.length + at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
    return bytes;
  }
  const pem = /^-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----$/.exec(text)?.[1];
  if (pem === undefined)
    throw new KeyRefusal('expected a key file: 64 hex digits, or PEM that begins with BEGIN PRIVATE KEY');
  try {
    return Uint8Array.from(atob(pem.replaceAll(/\s/g, '')), (char) => char.charCodeAt(0));
  } catch {
    throw new KeyRefusal('the file holds no Ed25519 key');
  }
}

export async function sign(key: ApproverKey, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key.privateKey, new Uint8Array(bytes)));
}

/** @param tenant one key for each, in this browser */
export async function keptKey(tenant: string): Promise<ApproverKey | null> {
  const kept: unknown = await inStore('readonly', (store) => store.get(tenant));
  return typeof kept === 'object' && kept !== null ? (kept as ApproverKey) : null;
}

export async function keepKey(tenant: string, key: ApproverKey): Promise<void> {
  await inStore('readwrite', (store) => store.put(key, tenant));
}

export async function forgetKey(tenant: string): Promise<void> {
  await inStore('readwrite', (store) => store.delete(tenant));
}

async function inStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  try {
    return await settled(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser keeps nothing'));
  });
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
