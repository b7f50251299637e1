import {
  Client,
  credentials,
  type Deadline,
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type ServiceError,
  type sendUnaryData,
  status,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { loadContracts } from '#contracts';
import { RotatingChannelCredentials, WatchedTls } from '#tls';
import type { Place } from '../attack-case.js';

/** What a relay says instead of what it was told. Null: nothing at all. */
export interface Lie {
  /** `/sealflow.run.v1.RunService/WatchRun` */
  readonly method: string;
  readonly request?: (message: object) => object | null;
  readonly answer?: (message: object, request: object) => Promise<object | null> | object | null;
}

type Method = MethodDefinition<object, object>;
type Bytes = Buffer;

const same = (bytes: Bytes): Bytes => bytes;
const silent = { info: () => undefined, warn: () => undefined };

/** Messages of a method as whoever lies about it reads them. */
export function lieAbout<Request extends object, Answer extends object>(
  method: string,
  lie: {
    readonly request?: (message: Request) => object | null;
    readonly answer?: (message: Answer, request: Request) => Promise<object | null> | object | null;
  },
): Lie {
  // Which message a method takes stands in the contract: the relay decodes by it.
  return { method, ...lie } as Lie;
}

/**
 * Sits between a client and the real orchestrator, as a proxy, a cloud or an operator does: a server and a connection
 * of its own. It carries every call with the caller's own credential, byte by byte, except where it lies.
 */
export class Relay {
  private constructor(
    readonly target: string,
    private readonly server: Server,
    private readonly upstream: Client,
  ) {}

  static async start(place: Pick<Place, 'grpc' | 'tls'>, lies: readonly Lie[]): Promise<Relay> {
    const server = new Server();
    const upstream = new Client(place.grpc, channelOf(place));
    for (const definition of Object.values(loadContracts())) {
      if ('format' in definition) continue;
      const methods = Object.entries(definition as ServiceDefinition);
      // As bytes: what is not lied about is not even decoded.
      const raw = methods.map(([name, method]) => [
        name,
        {
          ...method,
          requestSerialize: same,
          requestDeserialize: same,
          responseSerialize: same,
          responseDeserialize: same,
        },
      ]);
      const handlers = methods.map(([name, method]) => {
        const lie = lies.find((each) => each.method === method.path);
        return [name, handlerOf(upstream, method as Method, lie)];
      });
      server.addService(Object.fromEntries(raw), Object.fromEntries(handlers));
    }
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    return new Relay(`127.0.0.1:${port}`, server, upstream);
  }

  close(): void {
    this.server.forceShutdown();
    this.upstream.close();
  }
}

function channelOf({ tls }: Pick<Place, 'tls'>) {
  if (tls === null) return credentials.createInsecure();
  return new RotatingChannelCredentials(new WatchedTls(tls, { now: () => Date.now(), logger: silent }));
}

function handlerOf(upstream: Client, method: Method, lie: Lie | undefined): UntypedHandleCall {
  const { path, requestStream, responseStream } = method;
  const told = (bytes: Bytes): Bytes | null => {
    if (lie?.request === undefined) return bytes;
    const changed = lie.request(method.requestDeserialize(bytes));
    return changed === null ? null : method.requestSerialize(changed);
  };
  const said = async (bytes: Bytes, request: Bytes | null): Promise<Bytes | null> => {
    if (lie?.answer === undefined) return bytes;
    const asked = request === null ? {} : method.requestDeserialize(request);
    const changed = await lie.answer(method.responseDeserialize(bytes), asked);
    return changed === null ? null : method.responseSerialize(changed);
  };
  if (requestStream && responseStream) {
    return (call: ServerDuplexStream<Bytes, Bytes>) => {
      const above = upstream.makeBidiStreamRequest(path, same, same, passedOn(call.metadata), until(call));
      call.on('data', (bytes: Bytes) => above.write(told(bytes) ?? bytes));
      call.on('end', () => above.end());
      call.on('cancelled', () => above.cancel());
      passAnswers(above, call, (bytes) => said(bytes, null));
    };
  }
  if (requestStream) {
    return (call: ServerReadableStream<Bytes, Bytes>, callback: sendUnaryData<Bytes>) => {
      const above = upstream.makeClientStreamRequest(
        path,
        same,
        same,
        passedOn(call.metadata),
        until(call),
        (error, answer) => callback(error, answer),
      );
      call.on('data', (bytes: Bytes) => {
        const changed = told(bytes);
        if (changed !== null) above.write(changed);
      });
      call.on('end', () => above.end());
    };
  }
  if (responseStream) {
    return (call: ServerWritableStream<Bytes, Bytes>) => {
      const asked = told(call.request) ?? call.request;
      const above = upstream.makeServerStreamRequest(
        path,
        same,
        same,
        asked,
        passedOn(call.metadata),
        until(call),
      );
      call.on('cancelled', () => above.cancel());
      passAnswers(above, call, (bytes) => said(bytes, call.request));
    };
  }
  return (call: ServerUnaryCall<Bytes, Bytes>, callback: sendUnaryData<Bytes>) => {
    const asked = told(call.request) ?? call.request;
    upstream.makeUnaryRequest(
      path,
      same,
      same,
      asked,
      passedOn(call.metadata),
      until(call),
      (error, answer) => {
        if (error !== null || answer === undefined) {
          callback(error ?? { code: status.INTERNAL, details: 'no answer' });
          return;
        }
        said(answer, call.request).then(
          (changed) => callback(null, changed ?? answer),
          (failure: unknown) => callback({ code: status.INTERNAL, details: String(failure) }),
        );
      },
    );
  };
}

/** One after the other: a lie may take its time, and order is what the chain of events is about. */
function passAnswers(
  above: AsyncIterable<unknown>,
  call: ServerWritableStream<Bytes, Bytes> | ServerDuplexStream<Bytes, Bytes>,
  said: (bytes: Bytes) => Promise<Bytes | null>,
): void {
  const pass = async (): Promise<void> => {
    for await (const bytes of above) {
      const changed = await said(bytes as Bytes);
      if (changed !== null) call.write(changed);
    }
    call.end();
  };
  pass().catch((error: ServiceError) => {
    const { code = status.UNKNOWN, details = '', metadata } = error;
    call.emit('error', { code, details, metadata });
  });
}

/** The orchestrator refuses calls without a deadline; the caller's holds for both halves of the way. */
function until(call: { getDeadline(): Deadline }): { readonly deadline: Deadline } {
  return { deadline: call.getDeadline() };
}

/** Who calls, and what else the caller said of the call; what belongs to the connection stays. */
function passedOn(metadata: Metadata): Metadata {
  const kept = new Metadata();
  for (const name of ['authorization', 'traceparent']) {
    for (const value of metadata.get(name)) kept.add(name, value);
  }
  return kept;
}
