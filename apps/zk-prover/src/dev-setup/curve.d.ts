/** What setup and prover take of ffjavascript 0.3.1, which snarkjs' curve is made of. Neither ships types. */
declare module 'snarkjs' {
  interface Curve {
    readonly G1: CurveGroup;
    readonly G2: CurveGroup;
    readonly Fr: CurveField;
    readonly tm: CurveMemory;
  }

  interface CurveGroup {
    /** Generator, Jacobian, little-endian Montgomery. */
    readonly g: Uint8Array;
    readonly zero: Uint8Array;
    readonly F: { readonly n8: number };
    add(left: Uint8Array, right: Uint8Array): Uint8Array;
    double(point: Uint8Array): Uint8Array;
    isZero(point: Uint8Array): boolean;
    timesFr(point: Uint8Array, scalar: Uint8Array): Uint8Array;
    timesScalar(point: Uint8Array, scalar: bigint): Uint8Array;
    toAffine(point: Uint8Array): Uint8Array;
    toUncompressed(point: Uint8Array): Uint8Array;
    toObject(point: Uint8Array): CurveCoordinates;
    fromRng(source: ChaChaSource): Uint8Array;
  }

  type CurveCoordinates = bigint | readonly CurveCoordinates[];

  interface CurveField {
    /** `w[k]` generates the subgroup of 2^k roots of unity. */
    readonly w: readonly Uint8Array[];
    readonly one: Uint8Array;
    random(): Uint8Array;
    mul(left: Uint8Array, right: Uint8Array): Uint8Array;
    neg(element: Uint8Array): Uint8Array;
    toObject(element: Uint8Array): bigint;
    fromRng(source: ChaChaSource): Uint8Array;
  }

  interface ChaChaSource {
    nextU32(): number;
  }

  interface CurveMemory {
    readonly memory: WebAssembly.Memory;
    readonly concurrency: number;
    /** Runs a task in a thread, or here where there are none; gives what its GETs name. */
    queueAction(task: readonly CurveTask[]): Promise<Uint8Array[]>;
    readonly instance: WebAssembly.Instance;
    u8: Uint8Array;
    u32: Uint32Array;
  }
}

declare module 'snarkjs' {
  /** Variables are places in the memory of whoever runs the task; they end with it. */
  type CurveTask =
    | { readonly cmd: 'ALLOC'; readonly var: number; readonly len: number }
    | { readonly cmd: 'ALLOCSET'; readonly var: number; readonly buff: Uint8Array }
    | { readonly cmd: 'CALL'; readonly fnName: string; readonly params: readonly CurveParameter[] }
    | { readonly cmd: 'GET'; readonly out: number; readonly var: number; readonly len: number };

  type CurveParameter = { readonly var: number } | { readonly val: number };
}

declare module 'ffjavascript' {
  class ChaCha {
    constructor(seed: readonly number[]);
    nextU32(): number;
  }
}
