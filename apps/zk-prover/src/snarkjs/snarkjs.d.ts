/** The part of snarkjs 0.7.6 that this app calls. snarkjs ships no types. */
declare module 'snarkjs' {
  /** A path, bytes in memory to read, or a slot in memory to write to (`data` is set by the call). */
  type FileLike = string | Uint8Array | { type: 'mem'; data?: Uint8Array };

  /** Nested arrays and objects whose leaves are decimal strings or, for counts, numbers. */
  type SnarkJson = string | number | SnarkJson[] | { [key: string]: SnarkJson };

  type SignalValue = bigint | string | readonly (bigint | string)[];

  interface Curve {
    terminate(): Promise<void>;
  }

  const curves: {
    getCurveFromName(name: 'bn128', options?: { singleThread?: boolean }): Promise<Curve>;
  };

  const powersOfTau: {
    newAccumulator(curve: Curve, power: number, out: FileLike): Promise<Uint8Array>;
    contribute(from: FileLike, out: FileLike, name: string, entropy: string): Promise<Uint8Array>;
    preparePhase2(from: FileLike, out: FileLike): Promise<void>;
  };

  const zKey: {
    newZKey(r1cs: FileLike, ptau: FileLike, out: FileLike): Promise<Uint8Array | -1>;
    contribute(from: FileLike, out: FileLike, name: string, entropy: string): Promise<Uint8Array>;
    beacon(
      from: FileLike,
      out: FileLike,
      name: string,
      beaconHex: string,
      iterationsExp: number,
    ): Promise<Uint8Array | false>;
    verifyFromR1cs(r1cs: FileLike, ptau: FileLike, zkey: FileLike): Promise<boolean>;
    exportSolidityVerifier(zkey: FileLike, templates: { groth16: string }): Promise<string>;
    exportVerificationKey(zkey: FileLike): Promise<{ [key: string]: SnarkJson }>;
  };

  const wtns: {
    calculate(
      input: { readonly [signal: string]: SignalValue },
      wasm: FileLike,
      out: FileLike,
      options?: { memorySize?: number },
    ): Promise<void>;
    exportJson(witness: FileLike): Promise<bigint[]>;
  };

  const groth16: {
    prove(
      zkey: FileLike,
      witness: FileLike,
      logger?: undefined,
      options?: { singleThread?: boolean },
    ): Promise<{ proof: { [key: string]: SnarkJson }; publicSignals: string[] }>;
    verify(vkey: object, publicSignals: readonly string[], proof: object): Promise<boolean>;
  };
}
