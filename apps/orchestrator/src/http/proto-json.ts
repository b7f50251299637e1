/**
 * A message as proto JSON has it: bytes in base64, times in RFC 3339, 64-bit numbers as they are, in quotes. Messages
 * come with lower-camel names and enums by name already.
 */
export function protoJson(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (Array.isArray(value)) return value.map(protoJson);
  if (typeof value !== 'object' || value === null) return value;
  if (isTimestamp(value)) return formatTimestamp(value);
  const entries = Object.entries(value).filter(([, part]) => part !== null && part !== undefined);
  return Object.fromEntries(entries.map(([name, part]) => [name, protoJson(part)]));
}

interface Timestamp {
  readonly seconds: string;
  readonly nanos: number;
}

function isTimestamp(value: object): value is Timestamp {
  return Object.keys(value).length === 2 && 'seconds' in value && 'nanos' in value;
}

function formatTimestamp({ seconds, nanos }: Timestamp): string {
  return new Date(Number(seconds) * 1_000 + Math.floor(nanos / 1_000_000)).toISOString();
}
