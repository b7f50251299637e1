import { decodeMessage, encodeMessage } from './web/message-codec.js';

/** How a message of `sealflow.error.v1` is written and read, without proto-loader. */
export function messageType(name: string) {
  const fullName = `sealflow.error.v1.${name}`;
  return {
    serialize: (content: object): Uint8Array => encodeMessage(fullName, content),
    deserialize: (bytes: Uint8Array): object => decodeMessage(fullName, bytes),
  };
}
