import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiError, fromServiceError, loadContracts } from '#contracts';
import type { Logger } from '#telemetry';
import type { Authenticator } from './authenticator.js';
import { currentPrincipal } from './call-context.js';
import { grpcGuard } from './grpc-guard.js';
import { type ContractMethod, contractMethods, FOREIGN, type MatrixCall, matrix } from './matrix.fixture.js';
import { type Principal, type Role, tenantRoles } from './principal.js';

const silent = { error: () => undefined, warn: () => undefined } as unknown as Logger;
const methods = new Map(contractMethods().map((method) => [method.path, method]));

/** A credential that is the role's name: authentication has specs of its own. */
const authenticator = {
  authenticate: async (headers: readonly unknown[]): Promise<Principal> => {
    asked += 1;
    return principalOf(headers);
  },
  recent: (headers: readonly unknown[]): Principal | null => (remembers ? principalOf(headers) : null),
} as Authenticator;

function principalOf([header]: readonly unknown[]): Principal {
  if (header === undefined) throw new ApiError('CREDENTIAL_MISSING', 'expected a credential');
  if (revoked) throw new ApiError('KEY_REVOKED', 'expected a valid key');
  if (away) throw new ApiError('UNAVAILABLE', 'the database is away');
  const role = String(header).slice('Bearer '.length) as Role;
  const tenant = (tenantRoles as readonly string[]).includes(role) ? 'acme' : null;
  return { subject: `key:${role}`, tenant, roles: [role], kind: 'key', holder: role, expiresMs: 0 };
}

/** How often somebody asked who calls. */
let asked = 0;
/** Whether every caller was looked at a moment ago. */
let remembers = false;
let revoked = false;
let away = false;
let server: Server;
let client: Client;
/** What handlers saw: the path, the caller and the header. */
let reached: { path: string; caller: Principal | null; header: unknown[] }[] = [];

beforeAll(async () => {
  server = new Server({ interceptors: [grpcGuard(authenticator, silent, 20)] });
  for (const [name, definition] of Object.entries(loadContracts())) {
    if ('format' in definition) continue;
    server.addService(definition as ServiceDefinition, handlersOf(name));
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
});
beforeEach(() => {
  reached = [];
  revoked = false;
  away = false;
});
afterAll(() => {
  client.close();
  server.forceShutdown();
});

/** Handlers that note who came and say no: a call that is let through ends with UNIMPLEMENTED. */
function handlersOf(service: string): UntypedServiceImplementation {
  const entries = [...methods.values()].filter((method) => method.service === service);
  const refusal = { code: status.UNIMPLEMENTED, details: 'reached' };
  return Object.fromEntries(
    entries.map(({ path, responseStream }) => [
      path.split('/').at(-1) ?? '',
      (
        call: { metadata: Metadata; emit(event: string, error: object): void },
        callback?: (error: object) => void,
      ) => {
        reached.push({ path, caller: currentPrincipal(), header: call.metadata.get('authorization') });
        if (call.metadata.get('stay').length > 0) return;
        if (responseStream || callback === undefined) call.emit('error', refusal);
        else callback(refusal);
      },
    ]),
  );
}

/** Makes a call of any shape with one message, and gives the error that it ends with. */
function call({ path, role, whose }: Pick<MatrixCall, 'path' | 'role' | 'whose'>): Promise<ServiceError> {
  const method = methods.get(path) as ContractMethod;
  const metadata = new Metadata();
  if (role !== null) metadata.set('authorization', `Bearer ${role}`);
  const tenant = whose === FOREIGN ? 'tenants/globex' : 'tenants/acme';
  const request = { parent: tenant, name: `${tenant}/runs/x`, run: `${tenant}/runs/x` };
  const { serialize, deserialize } = shapeOf(path);
  return new Promise((resolve, reject) => {
    const options = { deadline: Date.now() + 10_000 };
    const done = (error: ServiceError | null): void => {
      if (error === null) reject(new Error(`${path} answered`));
      else resolve(error);
    };
    if (method.requestStream && method.responseStream) {
      const stream = client.makeBidiStreamRequest(path, serialize, deserialize, metadata, options);
      stream.on('error', done).on('data', () => undefined);
      stream.write({});
    } else if (method.requestStream) {
      const stream = client.makeClientStreamRequest(path, serialize, deserialize, metadata, options, done);
      stream.write({});
      stream.end();
    } else if (method.responseStream) {
      const stream = client.makeServerStreamRequest(path, serialize, deserialize, request, metadata, options);
      stream.on('error', done).on('data', () => undefined);
    } else {
      client.makeUnaryRequest(path, serialize, deserialize, request, metadata, options, done);
    }
  });
}

interface Shape {
  readonly requestSerialize: (message: object) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => object;
  readonly path: string;
}

function shapeOf(path: string): {
  serialize: Shape['requestSerialize'];
  deserialize: Shape['responseDeserialize'];
} {
  for (const definition of Object.values(loadContracts())) {
    const found = Object.values(definition as unknown as Record<string, Shape>).find(
      (entry) => entry?.path === path,
    );
    if (found !== undefined)
      return { serialize: found.requestSerialize, deserialize: found.responseDeserialize };
  }
  throw new Error(`no method ${path}`);
}

describe.each([
  { who: 'callers that it has to ask about', known: false },
  { who: 'callers that it knows', known: true },
])('the guard of the server, for $who', ({ known }) => {
  beforeEach(() => {
    remembers = known;
  });

  it.each(matrix())('$path by $role about its $whose tenant: $refusal', async (entry) => {
    const error = await call(entry);
    if (entry.refusal === null) {
      expect(error.code).toBe(status.UNIMPLEMENTED);
      expect(reached.map(({ path }) => path)).toEqual([entry.path]);
      return;
    }
    expect(fromServiceError(error)).toMatchObject({ reason: entry.refusal });
    expect(reached).toEqual([]);
  });

  it('says NOT_FOUND across tenants, also to who lacks the role', async () => {
    const path = '/sealflow.run.v1.RunService/CancelRun';
    expect((await call({ path, role: 'auditor', whose: 'foreign' })).code).toBe(status.NOT_FOUND);
    expect((await call({ path, role: 'auditor', whose: 'own' })).code).toBe(status.PERMISSION_DENIED);
  });

  it('hands the caller to the handler, and not the secret', async () => {
    await call({ path: '/sealflow.run.v1.RunService/GetRun', role: 'submitter', whose: 'own' });
    expect(reached).toMatchObject([{ caller: { subject: 'key:submitter', tenant: 'acme' }, header: [] }]);
    expect(currentPrincipal()).toBeNull();
  });

  it('ends a stream whose key was revoked, and none because nobody can look now', async () => {
    const path = '/sealflow.run.v1.RunService/WatchRun';
    const { serialize, deserialize } = shapeOf(path);
    const metadata = new Metadata();
    metadata.set('authorization', 'Bearer submitter');
    metadata.set('stay', '1');
    const request = { name: 'tenants/acme/runs/x' };
    const stream = client.makeServerStreamRequest(path, serialize, deserialize, request, metadata, {
      deadline: Date.now() + 10_000,
    });
    let error: ServiceError | undefined;
    const closed = new Promise<void>((resolve) => {
      stream.on('error', (failure: ServiceError) => {
        error = failure;
        resolve();
      });
    });
    stream.on('data', () => undefined);
    // What is looked at again is never taken from memory.
    while (reached.length === 0) await new Promise((resolve) => setImmediate(resolve));
    away = true;
    await looks(3);
    expect(error).toBeUndefined();
    away = false;
    revoked = true;
    await closed;
    expect(fromServiceError(error)).toMatchObject({ reason: 'KEY_REVOKED' });
  });
});

/** Waits until the credential of an open stream was looked at so often again. */
async function looks(times: number): Promise<void> {
  const before = asked;
  while (asked < before + times) await new Promise((resolve) => setImmediate(resolve));
}
