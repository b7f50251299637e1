import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_KEY_ID_BYTES, API_KEY_SECRET_BYTES, apiKeyDigest, apiKeyId, formatApiKey } from '#contracts';

/** The tenant that a stack on one machine is made with. */
export const DEVELOPMENT_TENANT = 'demo';

/** Keys of an installation: of its tenant, of whoever operates it, and of its workers. */
export type KeyName = 'tenant' | 'operator' | 'worker';

interface BootstrapKey {
  readonly id: string;
  /** SHA-256 of the key: all that the orchestrator gets. */
  readonly digest: string;
  readonly tenant: string | null;
  readonly subject: string;
  readonly roles: readonly string[];
  readonly expiresAt: string;
}

interface BootstrapFile {
  readonly v: 'sealflow/bootstrap-keys/v1';
  readonly keys: readonly BootstrapKey[];
}

const owners: Readonly<Record<KeyName, Pick<BootstrapKey, 'tenant' | 'subject' | 'roles'>>> = {
  tenant: {
    tenant: DEVELOPMENT_TENANT,
    subject: 'development',
    roles: ['submitter', 'approver', 'model-owner', 'compliance', 'auditor'],
  },
  operator: { tenant: null, subject: 'development', roles: ['operator'] },
  worker: { tenant: null, subject: 'workers/*', roles: ['worker'] },
};

const names = Object.keys(owners) as KeyName[];
const DAY_MS = 24 * 3_600_000;
const LIFETIME_MS = 90 * DAY_MS;
/** A key that ends sooner is made anew before a stack starts. */
const RENEW_MS = 30 * DAY_MS;
const BOOTSTRAP = 'bootstrap-keys.json';

/**
 * The first API keys of an installation, each in a file that only its owner may read; the orchestrator reads another
 * file, which has their digests.
 */
export class InstallationKeys {
  constructor(private readonly home: string) {}

  /** The key of a name, or null where none was made. */
  read(name: KeyName): string | null {
    const file = this.file(name);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  }

  file(name: KeyName): string {
    return join(this.home, 'keys', `${name}.key`);
  }

  /**
   * Makes what is missing, and keys that end soon again. Before the orchestrator starts: it reads them then.
   *
   * @param nowMs milliseconds since the epoch
   */
  renew(nowMs: number): void {
    if (this.#serve(nowMs)) return;
    mkdirSync(join(this.home, 'keys'), { recursive: true, mode: 0o700 });
    const expiresAt = new Date(nowMs + LIFETIME_MS).toISOString();
    const keys = names.map((name): BootstrapKey => {
      const key = formatApiKey(randomBytes(API_KEY_ID_BYTES), randomBytes(API_KEY_SECRET_BYTES));
      this.#write(join('keys', `${name}.key`), `${key}\n`);
      return { id: apiKeyId(key) ?? '', digest: apiKeyDigest(key), ...owners[name], expiresAt };
    });
    const file: BootstrapFile = { v: 'sealflow/bootstrap-keys/v1', keys };
    this.#write(BOOTSTRAP, JSON.stringify(file));
  }

  #serve(nowMs: number): boolean {
    const file = join(this.home, BOOTSTRAP);
    if (!existsSync(file) || names.some((name) => this.read(name) === null)) return false;
    const { keys } = JSON.parse(readFileSync(file, 'utf8')) as BootstrapFile;
    return keys.every(({ expiresAt }) => Date.parse(expiresAt) > nowMs + RENEW_MS);
  }

  #write(name: string, text: string): void {
    const file = join(this.home, name);
    writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
}

/** Who the command line program is: SEALFLOW_API_KEY, or the key of the installation on this machine. */
export function credentialOf(
  home: string,
  name: KeyName,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const given = environment['SEALFLOW_API_KEY'];
  if (given !== undefined && given !== '') return given;
  return new InstallationKeys(home).read(name) ?? undefined;
}
