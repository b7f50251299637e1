/**
 * What errors need of gRPC, where there is no grpc-js: its codes, and metadata that hold what came with the end of a call.
 */

/** https://github.com/grpc/grpc/blob/master/doc/statuscodes.md */
export enum status {
  OK,
  CANCELLED,
  UNKNOWN,
  INVALID_ARGUMENT,
  DEADLINE_EXCEEDED,
  NOT_FOUND,
  ALREADY_EXISTS,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  FAILED_PRECONDITION,
  ABORTED,
  OUT_OF_RANGE,
  UNIMPLEMENTED,
  INTERNAL,
  UNAVAILABLE,
  DATA_LOSS,
  UNAUTHENTICATED,
}

export class Metadata {
  readonly #values = new Map<string, string | Uint8Array>();

  set(name: string, value: string | Uint8Array): void {
    this.#values.set(name, value);
  }

  get(name: string): (string | Uint8Array)[] {
    const value = this.#values.get(name);
    return value === undefined ? [] : [value];
  }
}
