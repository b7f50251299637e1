import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { connectServices, loadContracts, type ServiceClients } from '#contracts';
import { toGrpcStatus } from '#telemetry';
import { asCaller } from '../auth/call-context.js';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { SigningKey } from '../evidence/signing-key.js';
import { keyringIn } from '../keys/keyring.fixture.js';
import type { Keyring } from '../keys/keyring.js';
import { PageTokens } from '../listing/page-tokens.js';
import { RequestBook } from '../runs/request-book.js';
import { BlobController } from './blob.controller.js';
import { BlobFolder } from './blob-folder.js';
import { BlobKeys } from './blob-keys.js';
import { BlobList } from './blob-list.js';
import { BlobReceiver } from './blob-receiver.js';
import { BlobSender } from './blob-sender.js';
import { BlobStore } from './blob-store.js';
import { BlobSweeper } from './blob-sweeper.js';
import { UploadBook } from './upload-book.js';

const silent = { warn: () => undefined, error: () => undefined, info: () => undefined } as never;

/** One replica's blob service over real gRPC; every call is of the tenant that its server stands for. */
export interface BlobReplica {
  readonly database: Database;
  readonly store: BlobStore;
  readonly keys: Keyring;
  readonly sweeper: BlobSweeper;
  client(tenant: string | null): ServiceClients['blob'];
  close(): Promise<void>;
}

/** One database and one blob folder for all replicas of a test. */
export class BlobBed {
  readonly #replicas: BlobReplica[] = [];
  nowMs = Date.now();
  readonly #key: SigningKey;

  private constructor(
    readonly folder: string,
    private readonly postgres: EmbeddedPostgres,
    readonly url: string,
  ) {
    this.#key = SigningKey.load(join(folder, 'keys'));
  }

  static async open(): Promise<BlobBed> {
    const folder = mkdtempSync(join(tmpdir(), 'sealflow-blobs-'));
    // mkdtemp makes a private folder; the server may run as another user and has to get through.
    chmodSync(folder, 0o755);
    const postgres = new EmbeddedPostgres(join(folder, 'postgres'));
    return new BlobBed(folder, postgres, await postgres.start());
  }

  get blobFolder(): string {
    return join(this.folder, 'blobs');
  }

  async replica(blobFolder = this.blobFolder, sealBlobs = true): Promise<BlobReplica> {
    const database = await Database.open(this.url);
    const keyring = keyringIn(database, this.folder, sealBlobs);
    const keys = new BlobKeys(database, keyring);
    const store = new BlobStore(database, keys);
    const folder = new BlobFolder(database, { blobFolder });
    const uploads = new UploadBook(database, keys);
    const clock = () => this.nowMs;
    const controller = new BlobController(
      store,
      new BlobReceiver(uploads, folder, silent),
      new BlobSender(database, folder),
      uploads,
      new BlobList(database, uploads, folder),
      new RequestBook(database, clock),
      new PageTokens(this.#key, clock),
      silent,
    );
    const servers: Server[] = [];
    const clients: ServiceClients[] = [];
    const made = new Map<string | null, Promise<ServiceClients>>();
    const serve = async (tenant: string | null): Promise<ServiceClients> => {
      const { server, services } = await listen(handlersOf(controller, tenant));
      servers.push(server);
      clients.push(services);
      return services;
    };
    const tenants = ['acme', 'globex', 'initech', 'hooli', null];
    for (const tenant of tenants) made.set(tenant, serve(tenant));
    const ready = new Map(
      await Promise.all([...made].map(async ([tenant, services]) => [tenant, await services] as const)),
    );
    const replica: BlobReplica = {
      database,
      store,
      keys: keyring,
      sweeper: new BlobSweeper(database, folder, clock, silent),
      client: (tenant) => {
        const services = ready.get(tenant);
        if (services === undefined) throw new RangeError(`no caller of ${tenant}`);
        return services.blob;
      },
      close: async () => {
        for (const services of clients) services.close();
        for (const server of servers) server.forceShutdown();
        await database.close();
      },
    };
    this.#replicas.push(replica);
    return replica;
  }

  async close(): Promise<void> {
    for (const replica of this.#replicas) await replica.close();
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function listen(handlers: UntypedServiceImplementation) {
  const server = new Server();
  server.addService(loadContracts()['sealflow.blob.v1.BlobService'] as ServiceDefinition, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { server, services: connectServices(`127.0.0.1:${port}`) };
}

/** A server with these handlers and no other. */
export async function serveOnly(handlers: Partial<UntypedServiceImplementation>) {
  const missing = () => {
    throw new Error('not called in this test');
  };
  const names = ['writeBlob', 'readBlob', 'statBlob', 'queryWriteStatus', 'listBlobs', 'deleteBlob'];
  const { server, services } = await listen({
    ...Object.fromEntries(names.map((name) => [name, missing])),
    ...handlers,
  } as UntypedServiceImplementation);
  return {
    client: services.blob,
    close: () => {
      services.close();
      server.forceShutdown();
    },
  };
}

function handlersOf(controller: BlobController, tenant: string | null): UntypedServiceImplementation {
  const principal = {
    subject: 'key:0000000000000000',
    tenant,
    roles: tenant === null ? (['worker'] as const) : (['submitter'] as const),
    kind: 'key' as const,
    holder: 'somebody',
    expiresMs: Number.MAX_SAFE_INTEGER,
  };
  const unary =
    (handle: (request: never) => Promise<unknown>) =>
    (call: { request: never }, callback: (error: unknown, response?: unknown) => void): void => {
      asCaller(principal, () => {
        handle(call.request).then(
          (response) => callback(null, response),
          (error: unknown) => callback(toGrpcStatus(error, silent)),
        );
      });
    };
  return {
    writeBlob: (call: never, callback: never) =>
      asCaller(principal, () => controller.writeBlob(call, callback)),
    readBlob: (call: { request: never; end(): void; emit(event: string, error: unknown): void }) =>
      asCaller(principal, () => {
        controller.readBlob(call.request, new Metadata(), call as never).subscribe({
          complete: () => call.end(),
          error: (error: unknown) => call.emit('error', toGrpcStatus(error, silent)),
        });
      }),
    statBlob: unary((request) => controller.statBlob(request)),
    queryWriteStatus: unary((request) => controller.queryWriteStatus(request)),
    listBlobs: unary((request) => controller.listBlobs(request)),
    deleteBlob: unary((request) => controller.deleteBlob(request)),
  } as unknown as UntypedServiceImplementation;
}
