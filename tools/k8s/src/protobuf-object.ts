import type { KubernetesObject } from './kubernetes-schemas.js';

/**
 * Typed clients send protobuf: `k8s\0` and a runtime.Unknown with the object. Helm keeps its releases so, and kubectl
 * makes Secrets, ConfigMaps and namespaces so (k8s.io/api/core/v1/generated.proto); everything else comes as JSON or YAML.
 */
export function readProtobufObject(bytes: Buffer): KubernetesObject {
  if (bytes.subarray(0, 4).toString('latin1') !== 'k8s\0')
    throw new Error('protobuf: expected the prefix k8s\\0');
  const unknown = fieldsOf(bytes.subarray(4));
  const type = fieldsOf(bytesOf(unknown, 1));
  const kind = textOf(type, 2);
  const object = fieldsOf(bytesOf(unknown, 2));
  return { apiVersion: textOf(type, 1), kind, metadata: metadataOf(object), ...contentOf(kind, object) };
}

function metadataOf(object: Fields): KubernetesObject['metadata'] {
  const metadata = fieldsOf(bytesOf(object, 1));
  const namespace = textOf(metadata, 3);
  const labels = entriesOf(metadata, 11).map(([key, value]) => [key, value.toString('utf8')]);
  return {
    name: textOf(metadata, 1),
    ...(namespace === '' ? {} : { namespace }),
    labels: Object.fromEntries(labels),
  };
}

function contentOf(kind: string, object: Fields): object {
  const dataAs = (encoding: BufferEncoding): object =>
    Object.fromEntries(entriesOf(object, 2).map(([key, value]) => [key, value.toString(encoding)]));
  if (kind === 'Namespace') return {};
  if (kind === 'ConfigMap') return { data: dataAs('utf8') };
  if (kind !== 'Secret')
    throw new Error(`protobuf: expected a Secret, a ConfigMap or a Namespace, got ${kind}`);
  const type = textOf(object, 3);
  return { data: dataAs('base64'), ...(type === '' ? {} : { type }) };
}

type Fields = ReadonlyMap<number, readonly Buffer[]>;

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Fields of a message that are bytes, texts or messages; numbers are passed over. */
function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, Buffer[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = message[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const key = varint();
    const wire = key & 7;
    if (wire === VARINT) varint();
    else if (wire === LENGTH_DELIMITED) {
      const length = varint();
      const number = Math.floor(key / 8);
      fields.set(number, [...(fields.get(number) ?? []), message.subarray(at, at + length)]);
      at += length;
    } else throw new Error(`protobuf: expected wire type 0 or 2, got ${wire}`);
  }
  return fields;
}

function bytesOf(fields: Fields, number: number): Buffer {
  return fields.get(number)?.at(-1) ?? Buffer.alloc(0);
}

function textOf(fields: Fields, number: number): string {
  return bytesOf(fields, number).toString('utf8');
}

/** A map is a list of messages with a key and a value. */
function entriesOf(fields: Fields, number: number): readonly [string, Buffer][] {
  return (fields.get(number) ?? []).map((entry): [string, Buffer] => {
    const pair = fieldsOf(entry);
    return [textOf(pair, 1), bytesOf(pair, 2)];
  });
}
