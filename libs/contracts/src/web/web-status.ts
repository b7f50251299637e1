import { Metadata, status } from '../grpc-browser.js';

/** How a call over gRPC-Web ended, in the form of grpc-js's `ServiceError`: `fromServiceError` reads both. */
export class WebStatus extends Error {
  override readonly name = 'WebStatus';
  readonly details: string;
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
    this.details = message;
  }
}

/** https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md */
const codes: Readonly<Record<number, status>> = {
  400: status.INTERNAL,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.UNIMPLEMENTED,
  429: status.UNAVAILABLE,
  502: status.UNAVAILABLE,
  503: status.UNAVAILABLE,
  504: status.UNAVAILABLE,
};

/** An answer that is none of gRPC-Web: what stands in the way said it, or a service that takes no calls from pages. */
export function statusOfHttp(http: number): WebStatus {
  const hint = http === 404 ? ': it takes calls of pages where SEALFLOW_BROWSER_ORIGINS names some' : '';
  return new WebStatus(
    codes[http] ?? status.UNKNOWN,
    `expected an answer of gRPC-Web, got HTTP ${http}${hint}`,
  );
}

/** Trailers as they come in the last frame: lines of a name and a value. Null where the call ended well. */
export function statusOfTrailers(bytes: Uint8Array): WebStatus | null {
  const lines = new TextDecoder('latin1').decode(bytes).split('\r\n');
  const trailers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const code = Number(trailers.get('grpc-status') ?? Number.NaN);
  if (code === status.OK) return null;
  const known = Number.isInteger(code) && code in status ? (code as status) : status.UNKNOWN;
  const end = new WebStatus(known, unescaped(trailers.get('grpc-message') ?? ''));
  for (const [name, value] of trailers) {
    if (name.endsWith('-bin')) end.metadata.set(name, bytesOf(value));
  }
  return end;
}

/** Percent-encoded, as gRPC says it; what is not is shown as it came. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Base64, with its padding or without. */
function bytesOf(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
