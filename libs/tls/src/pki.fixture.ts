/** Test fixture: a CA made at run time and files that it signed, in a folder of their own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DevelopmentCa, type LeafRequest } from '#dev-ca';

export const HOUR_MS = 3_600_000;
export const TRUST_DOMAIN = 'test.example';

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));

export function newCa(name = 'test CA', nowMs = Date.now()): DevelopmentCa {
  return DevelopmentCa.create(
    name,
    { notBeforeMs: nowMs - HOUR_MS, notAfterMs: nowMs + 24 * HOUR_MS },
    random,
  );
}

export interface LeafFiles {
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
}

export class TestPki {
  readonly folder = mkdtempSync(join(tmpdir(), 'sealflow-tls-'));
  readonly ca = newCa();

  /** Writes one file and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  /** Files `<name>.crt`, `<name>.key` and the roots `<name>.ca`. */
  leaf(name: string, request: Partial<LeafRequest> = {}, ca: DevelopmentCa = this.ca): LeafFiles {
    const nowMs = Date.now();
    const { certificate, key } = ca.issue({
      commonName: name,
      notBeforeMs: nowMs - HOUR_MS,
      notAfterMs: nowMs + HOUR_MS,
      usages: ['clientAuth'],
      ...request,
    });
    return {
      certificate: this.write(`${name}.crt`, certificate),
      key: this.write(`${name}.key`, key),
      ca: this.write(`${name}.ca`, this.ca.certificate),
    };
  }

  server(name = 'server', request: Partial<LeafRequest> = {}, ca: DevelopmentCa = this.ca): LeafFiles {
    return this.leaf(
      name,
      { usages: ['serverAuth'], dns: ['localhost'], addresses: ['127.0.0.1'], ...request },
      ca,
    );
  }

  worker(id: string, request: Partial<LeafRequest> = {}, ca: DevelopmentCa = this.ca): LeafFiles {
    return this.leaf(id, { uris: [`spiffe://${TRUST_DOMAIN}/worker/${id}`], ...request }, ca);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
