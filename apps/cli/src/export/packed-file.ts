/** A file of an archive. Names are relative, with `/` between folders. */
export interface PackedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly executable?: boolean;
}

/** Every file has this time, 1980-01-01T00:00:00Z, the first that ZIP can write: equal contents give equal bytes. */
export const packedAtS = 315_532_800;
