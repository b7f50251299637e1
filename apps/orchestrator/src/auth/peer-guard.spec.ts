import {
  Metadata as CallMetadata,
  Client,
  type Metadata,
  Server,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fromServiceError, loadContracts } from '#contracts';
import type { Logger } from '#telemetry';
import { RotatingChannelCredentials, RotatingServerCredentials, type TlsFiles, WatchedTls } from '#tls';
import { HOUR_MS, newCa, TestPki, TRUST_DOMAIN } from '../../../../libs/tls/src/pki.fixture.js';
import { PeerCertificates } from '../tls/peer-certificates.js';
import type { Authenticator } from './authenticator.js';
import { currentPrincipal } from './call-context.js';
import { grpcGuard } from './grpc-guard.js';
import type { Role } from './principal.js';

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined } as unknown as Logger;
/** A credential says role and holder: `worker workers/*`. */
const authenticator = {
  recent: () => null,
  authenticate: async ([header]: readonly unknown[]) => {
    const [role = '', holder = ''] = String(header).split(' ');
    return { subject: 'key:test', tenant: null, roles: [role as Role], kind: 'key', holder, expiresMs: 0 };
  },
} as unknown as Authenticator;

let pki: TestPki;
let server: Server;
let port: number;
let reached: (string | undefined)[] = [];
const clients: Client[] = [];

beforeAll(async () => {
  pki = new TestPki();
  const tls = new WatchedTls(pki.server(), { now: () => Date.now(), logger: silent });
  const guard = grpcGuard(authenticator, silent, 10_000, new PeerCertificates(TRUST_DOMAIN));
  server = new Server({ interceptors: [guard] });
  const note = (_: unknown, done: (error: object) => void): void => {
    reached.push(currentPrincipal()?.worker);
    done({ code: 12, details: 'reached' });
  };
  server.addService(loadContracts()['sealflow.blob.v1.BlobService'] as ServiceDefinition, { StatBlob: note });
  server.addService(loadContracts()['sealflow.attestation.v1.AttestationService'] as ServiceDefinition, {
    ListWorkers: note,
  });
  port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', new RotatingServerCredentials(tls, 'workers'), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
});
afterEach(() => {
  reached = [];
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => {
  server.forceShutdown();
  pki.close();
});

const STAT = '/sealflow.blob.v1.BlobService/StatBlob';
const LIST = '/sealflow.attestation.v1.AttestationService/ListWorkers';
const roots = (): TlsFiles => ({ ca: pki.write('only.ca', pki.ca.certificate) });

/** Null: the handler was reached. */
function refusal(files: TlsFiles, credential: string, path = STAT, now = Date.now()): Promise<string | null> {
  const tls = new WatchedTls(files, { now: () => now, logger: silent });
  const client = new Client(`127.0.0.1:${port}`, new RotatingChannelCredentials(tls));
  clients.push(client);
  const metadata: Metadata = new CallMetadata();
  metadata.set('authorization', credential);
  const bytes = (value: Buffer): Buffer => value;
  return new Promise((resolve) => {
    const deadline = Date.now() + 5_000;
    client.makeUnaryRequest(
      path,
      bytes,
      bytes,
      Buffer.alloc(0),
      metadata,
      { deadline },
      (error: ServiceError | null) => {
        const { reason, message } = fromServiceError(error);
        resolve(message.includes('reached') ? null : reason);
      },
    );
  });
}

describe('the key of a worker, over a connection', () => {
  it('with the certificate of a worker, counts, and the handler knows which', async () => {
    expect(await refusal(pki.worker('tee-0'), 'worker workers/*')).toBeNull();
    expect(await refusal(pki.worker('tee-1'), 'worker workers/tee-1')).toBeNull();
    expect(reached).toEqual(['tee-0', 'tee-1']);
  });

  it.each<[string, () => TlsFiles]>([
    ['without a certificate', roots],
    ['with one of another CA', () => pki.worker('tee-0', {}, newCa())],
    [
      'with one of a server',
      () => pki.server('as-client', { uris: [`spiffe://${TRUST_DOMAIN}/worker/tee-0`] }),
    ],
  ])('%s, is refused', async (_, files) => {
    expect(await refusal(files(), 'worker workers/*')).toBe('CERTIFICATE_REQUIRED');
    expect(reached).toEqual([]);
  });

  it('with one that ended, is refused', async () => {
    const past = Date.now() - 2 * HOUR_MS;
    const files = pki.worker('tee-0', { notBeforeMs: past, notAfterMs: past + HOUR_MS });
    expect(await refusal(files, 'worker workers/*', STAT, past + 1)).toBe('CERTIFICATE_REQUIRED');
  });

  it.each([
    ['of another trust domain', ['spiffe://other.example/worker/tee-0']],
    ['of no worker', [`spiffe://${TRUST_DOMAIN}/orchestrator`]],
    ['of more than a worker', [`spiffe://${TRUST_DOMAIN}/worker/tee-0/admin`]],
    ['of two', [`spiffe://${TRUST_DOMAIN}/worker/tee-0`, `spiffe://${TRUST_DOMAIN}/worker/tee-1`]],
    ['that is no SPIFFE ID', ['https://test.example/worker/tee-0']],
    ['that is not there', []],
  ])('with a name %s, is refused', async (_, uris) => {
    expect(await refusal(pki.worker('tee-0', { uris }), 'worker workers/*')).toBe(
      'CERTIFICATE_IDENTITY_INVALID',
    );
    expect(reached).toEqual([]);
  });

  it('with the certificate of another worker than the key, is refused', async () => {
    expect(await refusal(pki.worker('tee-0'), 'worker workers/tee-1')).toBe('WORKER_ID_MISMATCH');
  });
});

describe('the key of anybody else', () => {
  it('needs no certificate, and gets no name of a worker by one', async () => {
    expect(await refusal(roots(), 'operator somebody', LIST)).toBeNull();
    expect(await refusal(pki.worker('tee-0'), 'operator somebody', LIST)).toBeNull();
    expect(reached).toEqual([undefined, undefined]);
  });
});
