import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { ApiError, connectServices, fromServiceError, loadContracts, readBlob, writeBlob } from '#contracts';
import { planBuiltin, prepareRun } from '../../../apps/cli/src/demo/credit-run.js';
import { methodTable } from '../../../apps/orchestrator/src/auth/access-table.js';
import {
  type ContractMethod,
  contractMethods,
  type MatrixCall,
  matrix,
} from '../../../apps/orchestrator/src/auth/matrix.fixture.js';
import { type Role, roles, tenantRoles } from '../../../apps/orchestrator/src/auth/principal.js';
import { roleKey } from '../../support/role-key.js';
import { sealflow } from '../sealflow-command.js';
import { isWhole, runOf, settled, suite } from '../suite.js';

const DEADLINE_MS = 15_000;
const methods = new Map(contractMethods().map((method) => [method.path, method]));
const refusals = ['CREDENTIAL_MISSING', 'TENANT_MISMATCH', 'ROLE_MISSING'];

interface Shape {
  readonly path: string;
  readonly requestSerialize: (message: object) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => object;
}

const shapes = new Map(
  Object.values(loadContracts()).flatMap((definition) =>
    Object.values(definition as unknown as Record<string, Shape>)
      .filter((entry) => typeof entry?.path === 'string')
      .map((entry): [string, Shape] => [entry.path, entry]),
  ),
);

let client: Client;
const keys = new Map<Role, string>();

/**
 * One call with one message, of whatever shape. Gives the reason that it ends with, null when it is answered. The
 * message names a run that is there and lacks everything else, so that no call changes anything.
 */
function call({ path, role, whose }: Pick<MatrixCall, 'path' | 'role' | 'whose'>): Promise<string | null> {
  const { requestStream, responseStream } = methods.get(path) as ContractMethod;
  const { requestSerialize, responseDeserialize } = shapes.get(path) as Shape;
  const metadata = new Metadata();
  const key = role === null ? undefined : keys.get(role);
  if (key !== undefined) metadata.set('authorization', `Bearer ${key}`);
  const tenant = whose === 'own' ? 'tenants/demo' : 'tenants/globex';
  const run = `${tenant}/runs/${runOf('approved').runId}`;
  // An operator may name any tenant, and is to change nothing here.
  const names = methodTable[path]?.kind === 'tenant' ? { parent: tenant, name: run, run } : {};
  const options = { deadline: Date.now() + DEADLINE_MS };
  return new Promise((resolve) => {
    const done = (error: ServiceError | null): void =>
      resolve(error === null ? null : fromServiceError(error).reason);
    if (requestStream && responseStream) {
      const stream = client.makeBidiStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        metadata,
        options,
      );
      stream.on('data', () => stream.cancel()).on('error', done);
      stream.write({});
    } else if (requestStream) {
      const stream = client.makeClientStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        metadata,
        options,
        done,
      );
      stream.write({});
      stream.end();
    } else if (responseStream) {
      const stream = client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        names,
        metadata,
        options,
      );
      stream.on('data', () => stream.cancel()).on('error', done);
      stream.on('end', () => done(null));
    } else {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, names, metadata, options, done);
    }
  });
}

/** Who may do what, asked of the running stack with a key of each role; and what a tenant sees of another. */
export function authorisation(): void {
  beforeAll(settled);
  beforeAll(async () => {
    const { stack } = suite();
    client = new Client(stack.address.grpc, credentials.createInsecure());
    for (const role of roles) {
      const tenant = (tenantRoles as readonly string[]).includes(role) ? 'demo' : null;
      keys.set(role, await roleKey(stack, tenant, role));
    }
    // A tenant that is there hides its runs as one that is not does.
    await stack.key('globex');
  });
  afterAll(() => client.close());

  describe.each([...methods.keys()])('%s', (path) => {
    it('answers whom the table names, and refuses all others by name', async () => {
      for (const entry of matrix().filter((candidate) => candidate.path === path)) {
        const { role, whose, refusal } = entry;
        const reason = await call(entry);
        if (refusal === null) expect(refusals, `${role} ${whose}`).not.toContain(reason);
        else expect({ role, whose, reason }).toEqual({ role, whose, reason: refusal });
      }
    });
  });

  describe('a blob', () => {
    const limits = { deadlineMs: DEADLINE_MS, bytesMax: 1_000_000 };

    it('of a tenant is not there for another, who has its digest, and is for who has its bytes', async () => {
      const { stack, client: own } = suite();
      const bytes = Buffer.from('an envelope of a tenant');
      const digest = digestOf(bytes);
      await writeBlob(own.services.blob, digest, bytes, limits);
      const { blob } = stack.client('globex').services;
      const error = await readBlob(blob, digest, limits).catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ reason: 'NOT_FOUND' });
      await writeBlob(blob, digest, bytes, limits);
      expect(Buffer.from(await readBlob(blob, digest, limits))).toEqual(bytes);
    });

    it('that a run made is there for its tenant and for no other', async () => {
      const { stack, client: own } = suite();
      const { outputs } = await runOf('approved').handle.get();
      expect(outputs.length).toBeGreaterThan(0);
      for (const { blob: digest } of outputs) {
        await readBlob(own.services.blob, digest, limits);
        const foreign = readBlob(stack.client('globex').services.blob, digest, limits);
        await expect(foreign).rejects.toMatchObject({ reason: 'NOT_FOUND' });
      }
    });
  });

  describe('a quota', () => {
    it('refuses a run beyond it, and says which limit it was and when to try again', async () => {
      const { stack, parties, charter } = suite();
      const set = await sealflow(['tenants', 'quota', 'globex', '--open-runs', '0', '--json']);
      expect(JSON.parse(set.out)).toMatchObject({ name: 'tenants/globex', openRunsMax: 0 });
      const globex = stack.client('globex');
      const planned = await planBuiltin(globex, 'ledger-open', { open: { ledger: parties.ledger } });
      const { request } = await prepareRun(globex, planned, { charter });
      await expect(globex.createRaw(request)).rejects.toMatchObject({
        reason: 'QUOTA_EXCEEDED',
        facts: { limit: 'openRunsMax', max: '0' },
        retryMs: 1_000,
      });
    });
  });

  describe('an API key', () => {
    it.runIf(isWhole)('made and revoked on the command line opens, and opens no more', async () => {
      const tenant = ['--tenant', 'initech'];
      expect((await sealflow(['tenants', 'create', 'initech'])).code).toBe(0);
      expect((await sealflow(['tenants', 'list'])).out).toContain('tenants/initech');
      const made = await sealflow([
        'keys',
        'create',
        ...tenant,
        '--subject',
        'ada',
        '--role',
        'auditor',
        '--json',
      ]);
      const { name, secret } = JSON.parse(made.out) as { name: string; secret: string };
      const listRuns = () =>
        new Promise<string | null>((resolve) => {
          const services = connectServices(suite().stack.address.grpc, { bearer: secret });
          const deadline = Date.now() + 30_000;
          services.run.listRuns({ parent: 'tenants/initech' }, { deadline }, (error) => {
            services.close();
            resolve(error === null ? null : fromServiceError(error).reason);
          });
        });
      expect(await listRuns()).toBeNull();
      const listed = (await sealflow(['keys', 'list', ...tenant])).out;
      expect(listed).toContain(`${name}  ada  auditor  until `);
      expect(listed).not.toContain(secret.slice(-64));
      expect((await sealflow(['keys', 'revoke', name])).out).toContain('revoked 20');
      expect(await listRuns()).toBe('KEY_REVOKED');
    });

    it('is nowhere in the database and in no log', async () => {
      const { stack } = suite();
      const secret = (stack.installation.keys.read('tenant') ?? '').slice(-64);
      const [row] = await stack.query<{ found: number }>(
        'select count(*)::int as found from sealflow.api_keys where api_keys::text like $1',
        [`%${secret}%`],
      );
      expect(row?.found).toBe(0);
      expect(stack.log('orchestrator')).not.toContain(secret);
    });
  });
}
