import { loadContracts } from './loader.js';

export interface MessageType<I extends object, O extends object> {
  serialize(content: I): Buffer;
  deserialize(bytes: Uint8Array): O;
}

/** How a message of `sealflow.error.v1` is written and read. A build for browsers puts `error-messages-browser.ts` here. */
export function messageType<I extends object, O extends object>(name: string): MessageType<I, O> {
  return loadContracts()[`sealflow.error.v1.${name}`] as unknown as MessageType<I, O>;
}
