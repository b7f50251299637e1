import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { DETAILS_KEY, fromServiceError, loadContracts } from '#contracts';

/** A method of the contract with what its requests are made of, from the proto files. */
export interface RawMethod {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (message: object) => Buffer;
  readonly requestType: MessageType;
}

export interface MessageType {
  readonly type: { readonly field: readonly Field[] };
}

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly typeName: string;
  readonly label: string;
}

export interface RawAnswer {
  /** Null where the call was answered. */
  readonly reason: string | null;
  readonly code: number;
  /** Everything that the caller is told of a failure, also what only a program reads. */
  readonly text: string;
  readonly hasDetails: boolean;
}

export function rawMethods(): RawMethod[] {
  return Object.values(loadContracts()).flatMap((definition) =>
    'format' in definition ? [] : (Object.values(definition) as unknown as RawMethod[]),
  );
}

/** Depth at which a message that holds messages of its own kind ends. */
const DEPTH_MAX = 4;

/** A request with `text` in every field that takes a text or bytes, and one entry in every list. */
export function filled(method: RawMethod, text: string): Record<string, unknown> {
  return filledMessage(method.requestType, packageOf(method.path), text, 0);
}

function filledMessage(
  { type }: MessageType,
  area: string,
  text: string,
  depth: number,
): Record<string, unknown> {
  const entries = type.field.flatMap((field): [string, unknown][] => {
    const value = filledField(field, area, text, depth);
    if (value === undefined) return [];
    return [[field.name, field.label === 'LABEL_REPEATED' ? [value] : value]];
  });
  return Object.fromEntries(entries);
}

function filledField({ type, typeName }: Field, area: string, text: string, depth: number): unknown {
  if (type === 'TYPE_STRING') return text;
  if (type === 'TYPE_BYTES') return Buffer.from(text);
  if (type !== 'TYPE_MESSAGE' || depth >= DEPTH_MAX) return undefined;
  const contracts = loadContracts();
  const found = contracts[typeName] ?? contracts[`${area}.${typeName}`];
  return found === undefined
    ? undefined
    : filledMessage(found as unknown as MessageType, area, text, depth + 1);
}

/** `sealflow.run.v1` of `/sealflow.run.v1.RunService/GetRun`. */
function packageOf(path: string): string {
  return path.slice(1, path.lastIndexOf('.'));
}

/** Sends bytes as they are, once, whatever kind of method it is, and gives how it ends. */
export function rawCall(
  target: string,
  { path, requestStream, responseStream }: RawMethod,
  bytes: Buffer,
  key: string,
): Promise<RawAnswer> {
  const client = new Client(target, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  const options = { deadline: Date.now() + 20_000 };
  const same = (given: Buffer): Buffer => given;
  return new Promise<RawAnswer>((resolve) => {
    const done = (error: ServiceError | null): void => {
      client.close();
      resolve(error === null ? { reason: null, code: 0, text: '', hasDetails: true } : answerOf(error));
    };
    if (requestStream && responseStream) {
      const stream = client.makeBidiStreamRequest(path, same, same, metadata, options);
      stream.on('data', () => undefined).on('error', done);
      stream.on('end', () => done(null));
      stream.write(bytes);
    } else if (requestStream) {
      const stream = client.makeClientStreamRequest(path, same, same, metadata, options, done);
      stream.write(bytes);
      stream.end();
    } else if (responseStream) {
      const stream = client.makeServerStreamRequest(path, same, same, bytes, metadata, options);
      stream.on('data', () => stream.cancel()).on('error', done);
      stream.on('end', () => done(null));
    } else client.makeUnaryRequest(path, same, same, bytes, metadata, options, done);
  });
}

function answerOf(error: ServiceError): RawAnswer {
  const trailers = error.metadata?.get(DETAILS_KEY) ?? [];
  const told = Object.entries(error.metadata?.getMap() ?? {}).map(
    ([name, value]) => `${name}: ${Buffer.isBuffer(value) ? value.toString('latin1') : value}`,
  );
  return {
    reason: fromServiceError(error).reason,
    code: error.code,
    text: [error.details, ...told].join('\n'),
    hasDetails: trailers.length === 1,
  };
}
