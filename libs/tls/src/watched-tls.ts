import { tlsLimits } from './limits.js';
import { checkMaterial, loadMaterial, type TlsMaterial } from './material.js';
import { readFiles, type TlsFiles } from './read-files.js';
import { TlsError, type TlsErrorCode } from './tls-error.js';

export interface TlsLogger {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** What keeps files from being taken over. */
export interface TlsProblem {
  readonly code: TlsErrorCode;
  readonly message: string;
  readonly sinceMs: number;
}

export interface WatchOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: TlsLogger;
  readonly reloadMs?: number;
}

/**
 * Certificate, key and roots that follow their files. Content decides and not times, so that a link that is swapped
 * (Kubernetes secrets, cert-manager) counts as a new file. What is not sound is not taken: the old goes on, and
 * `problem` says why.
 */
export class WatchedTls {
  #material: TlsMaterial;
  #problem: TlsProblem | null = null;
  #reloads = 0;
  /** What was refused last and why, so that it is said once. */
  #refused: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  readonly #listeners = new Set<(material: TlsMaterial) => void>();

  /** @throws TlsError: nothing starts with files that are not sound */
  constructor(
    readonly files: TlsFiles,
    private readonly options: WatchOptions,
  ) {
    this.#material = loadMaterial(files, options.now());
  }

  get material(): TlsMaterial {
    return this.#material;
  }

  /** Null while the files are those in use. */
  get problem(): TlsProblem | null {
    return this.#problem;
  }

  /** How often files were taken over since the start. */
  get reloads(): number {
    return this.#reloads;
  }

  onChange(listener: (material: TlsMaterial) => void): void {
    this.#listeners.add(listener);
  }

  /** Looks again and again until `close`; keeps no process alive. */
  watch(): this {
    this.#timer ??= setInterval(() => this.look(), this.options.reloadMs ?? tlsLimits.reloadMs).unref();
    return this;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Takes the files over if they are new and sound. Never throws. */
  look(): void {
    let digest = '';
    try {
      const contents = readFiles(this.files);
      digest = contents.digest;
      if (digest === this.#material.digest) this.#well();
      // Refused content is looked at again: a certificate that is not valid yet will be.
      else this.#take(checkMaterial(this.files, contents, this.options.now()));
    } catch (error) {
      this.#refuse(error, digest);
    }
  }

  #take(material: TlsMaterial): void {
    // A listener that cannot use it throws before anything is changed for good.
    for (const listener of this.#listeners) listener(material);
    this.#material = material;
    this.#reloads += 1;
    this.#well();
    const { notAfterMs } = material;
    const notAfter = notAfterMs === null ? undefined : new Date(notAfterMs).toISOString();
    this.options.logger.info({ ...this.files, notAfter }, 'certificates taken over');
  }

  #well(): void {
    this.#problem = null;
    this.#refused = null;
  }

  #refuse(error: unknown, digest: string): void {
    const code = error instanceof TlsError ? error.code : 'CERTIFICATE_MALFORMED';
    const message = error instanceof Error ? error.message : 'unknown';
    const refused = `${digest} ${code}`;
    if (this.#refused === refused) return;
    this.#refused = refused;
    this.#problem = { code, message, sinceMs: this.#problem?.sinceMs ?? this.options.now() };
    this.options.logger.warn({ code, reason: message }, 'new certificates refused, the old ones are kept');
  }
}
