import type { Timestamp } from '#contracts';

/** google.protobuf.Timestamp of a time in milliseconds; null stays null. */
export function timestamp(time: number | Date): Timestamp;
export function timestamp(time: number | Date | null): Timestamp | null;
export function timestamp(time: number | Date | null): Timestamp | null {
  if (time === null) return null;
  const ms = typeof time === 'number' ? time : time.getTime();
  const seconds = Math.floor(ms / 1000);
  return { seconds: String(seconds), nanos: (ms - seconds * 1000) * 1_000_000 };
}

export function milliseconds(time: { seconds: string | number; nanos: number } | null): number | null {
  if (time === null) return null;
  return Number(time.seconds) * 1000 + Math.floor(time.nanos / 1_000_000);
}
