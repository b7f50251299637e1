/** Test fixture: grpc-js servers and clients over real sockets that say who the other side is. */
import {
  Client,
  type ClientDuplexStream,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { RotatingChannelCredentials } from './channel-credentials.js';
import type { TestPki } from './pki.fixture.js';
import type { TlsFiles } from './read-files.js';
import { type ClientAuth, RotatingServerCredentials } from './server-credentials.js';
import { WatchedTls } from './watched-tls.js';

const serialize = (value: string): Buffer => Buffer.from(value);
const deserialize = (bytes: Buffer): string => bytes.toString();
const method = (path: string, stream: boolean) => ({
  path,
  requestStream: stream,
  responseStream: stream,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
});
const service: ServiceDefinition = {
  Who: method('/test.Peer/Who', false),
  Stay: method('/test.Peer/Stay', true),
};

export const silent = { info: () => undefined, warn: () => undefined };

export interface Listening {
  readonly port: number;
  readonly tls: WatchedTls;
}

export class Peers {
  readonly #servers: Server[] = [];
  readonly #clients: Client[] = [];

  constructor(private readonly pki: TestPki) {}

  watch(files: TlsFiles, now: () => number = () => Date.now()): WatchedTls {
    return new WatchedTls(files, { now, logger: silent });
  }

  async serve(auth: ClientAuth, files: TlsFiles = this.pki.server(auth)): Promise<Listening> {
    const tls = this.watch(files);
    return { tls, port: await this.listen(new RotatingServerCredentials(tls, auth)) };
  }

  serveInTheClear(): Promise<number> {
    return this.listen(ServerCredentials.createInsecure());
  }

  dial(port: number, tls: TlsFiles | WatchedTls, host = '127.0.0.1'): Client {
    const watched = tls instanceof WatchedTls ? tls : this.watch(tls);
    const client = new Client(`${host}:${port}`, new RotatingChannelCredentials(watched));
    this.#clients.push(client);
    return client;
  }

  hangUp(): void {
    for (const client of this.#clients.splice(0)) client.close();
  }

  close(): void {
    this.hangUp();
    for (const server of this.#servers) server.forceShutdown();
  }

  private listen(credentials: ServerCredentials): Promise<number> {
    const server = new Server();
    this.#servers.push(server);
    server.addService(service, {
      Who: (call: ServerUnaryCall<string, string>, done: sendUnaryData<string>) =>
        done(null, call.getAuthContext().sslPeerCertificate?.subjectaltname ?? 'nobody'),
      Stay: (call: ServerDuplexStream<string, string>) => {
        call.on('data', (said: string) => call.write(`heard ${said}`));
        call.on('end', () => call.end());
      },
    });
    return new Promise((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
  }
}

/** Names of the caller's certificate as the server sees them; rejects with a ServiceError. */
export function who(client: Client): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { deadline: Date.now() + 5_000 };
    client.makeUnaryRequest('/test.Peer/Who', serialize, deserialize, 'who?', options, (error, answer) =>
      error === null ? resolve(answer ?? '') : reject(error),
    );
  });
}

export function stay(client: Client): ClientDuplexStream<string, string> {
  return client.makeBidiStreamRequest('/test.Peer/Stay', serialize, deserialize);
}

/** Says something on an open stream and waits for the answer. */
export function say(stream: ClientDuplexStream<string, string>, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    stream.once('data', resolve);
    stream.once('error', reject);
    stream.write(words);
  });
}
