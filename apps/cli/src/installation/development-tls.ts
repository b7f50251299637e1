import { randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DevelopmentCa } from '#dev-ca';
import { type TlsFiles, workerSpiffeId } from '#tls';

/** Trust domain of certificates that an installation makes for itself. */
export const DEVELOPMENT_TRUST_DOMAIN = 'sealflow.local';

/** Name of the orchestrator's own files. */
const ORCHESTRATOR = 'orchestrator';

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const CA_LIFETIME_MS = 365 * DAY_MS;
const LIFETIME_MS = 90 * DAY_MS;
/** A certificate that ends sooner is made anew before a stack starts. */
const RENEW_MS = 30 * DAY_MS;

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));

/**
 * Certificates of a stack on one machine, under a CA whose key lies beside them: DEVELOPMENT, worth what this folder
 * is worth. For anything else bring certificates of an authority of your own.
 */
export class DevelopmentTls {
  readonly folder: string;

  constructor(home: string) {
    this.folder = join(home, 'tls');
  }

  get exists(): boolean {
    return existsSync(this.#path('ca.crt'));
  }

  /** Roots for those who call. */
  get ca(): string {
    return this.#path('ca.crt');
  }

  files(name: string): Required<TlsFiles> {
    return { certificate: this.#path(`${name}.crt`), key: this.#path(`${name}.key`), ca: this.ca };
  }

  /** Makes what is missing, and what ends soon again: for the orchestrator, and one each for the worker ids. */
  renew(workerIds: readonly string[], nowMs: number): void {
    const ca = this.#ca(nowMs);
    if (!this.#serves(ORCHESTRATOR, ca, nowMs)) this.issueServer(ORCHESTRATOR, nowMs);
    for (const id of workerIds) if (!this.#serves(id, ca, nowMs)) this.issueWorker(id, nowMs);
  }

  /** Made again while a stack runs, they are taken over within seconds. */
  issueServer(name: string, nowMs: number): void {
    this.#issue(name, nowMs, { usages: ['serverAuth'], dns: ['localhost'], addresses: ['127.0.0.1', '::1'] });
  }

  issueWorker(id: string, nowMs: number): void {
    this.#issue(id, nowMs, { usages: ['clientAuth'], uris: [workerSpiffeId(DEVELOPMENT_TRUST_DOMAIN, id)] });
  }

  /** Names of the certificates that were made, the orchestrator's among them. */
  get names(): string[] {
    if (!this.exists) return [];
    return readdirSync(this.folder)
      .filter((file) => file.endsWith('.crt') && file !== 'ca.crt')
      .map((file) => file.slice(0, -'.crt'.length))
      .sort();
  }

  /**
   * Replaces the CA and every certificate under it while a stack runs: roots of both, then the new certificates, then
   * the new root alone. Whoever dials meanwhile finds somebody who believes it.
   *
   * @param settled resolves once every process has taken the files over
   */
  async rotate(nowMs: number, settled: () => Promise<void>): Promise<void> {
    const { names } = this;
    const before = read(this.ca);
    const heir = this.#newCa(nowMs);
    this.#write('ca.key', heir.keyPem);
    this.#write('ca.crt', heir.certificate + before);
    await settled();
    for (const name of names) {
      if (name === ORCHESTRATOR) this.issueServer(name, nowMs);
      else this.issueWorker(name, nowMs);
    }
    await settled();
    this.#write('ca.crt', heir.certificate);
    await settled();
  }

  #issue(
    name: string,
    nowMs: number,
    names: Pick<Parameters<DevelopmentCa['issue']>[0], 'usages' | 'dns' | 'addresses' | 'uris'>,
  ): void {
    const made = this.#ca(nowMs).issue({
      commonName: name,
      notBeforeMs: nowMs - HOUR_MS,
      notAfterMs: nowMs + LIFETIME_MS,
      ...names,
    });
    this.#write(`${name}.key`, made.key);
    this.#write(`${name}.crt`, made.certificate);
  }

  #ca(nowMs: number): DevelopmentCa {
    if (this.exists && existsSync(this.#path('ca.key'))) {
      const kept = DevelopmentCa.of(read(this.ca), read(this.#path('ca.key')), random);
      // No leaf may outlive it.
      if (kept.notAfterMs > nowMs + LIFETIME_MS) return kept;
    }
    const made = this.#newCa(nowMs);
    this.#write('ca.key', made.keyPem);
    this.#write('ca.crt', made.certificate);
    return made;
  }

  #newCa(nowMs: number): DevelopmentCa {
    return DevelopmentCa.create(
      `sealflow development CA ${Buffer.from(random(4)).toString('hex')}`,
      { notBeforeMs: nowMs - HOUR_MS, notAfterMs: nowMs + CA_LIFETIME_MS },
      random,
    );
  }

  #serves(name: string, ca: DevelopmentCa, nowMs: number): boolean {
    const { certificate, key } = this.files(name);
    if (!existsSync(certificate) || !existsSync(key)) return false;
    const leaf = new X509Certificate(read(certificate));
    const root = new X509Certificate(ca.certificate);
    return leaf.verify(root.publicKey) && Date.parse(leaf.validTo) > nowMs + RENEW_MS;
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  #write(name: string, text: string): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const file = this.#path(name);
    writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}
