export function u16le(value: number): Uint8Array {
  return littleEndian(value, 2);
}

export function u24le(value: number): Uint8Array {
  return littleEndian(value, 3);
}

export function u32le(value: number): Uint8Array {
  return littleEndian(value, 4);
}

function littleEndian(value: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Math.floor(value / 256 ** index) % 256);
}
