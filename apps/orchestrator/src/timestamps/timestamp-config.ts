/** Who is asked for timestamps: addresses of authorities that speak RFC 3161 over HTTP. */
export interface Timestamping {
  readonly authorities: readonly string[];
}

export const noTimestamps: Timestamping = { authorities: [] };

/** A bundle has room for 16 tokens; more authorities than this say nothing new. */
const AUTHORITIES_MAX = 8;

/** Reads `SEALFLOW_TSA_URLS`, addresses parted by commas or lines. */
export function readTimestamping(environment: NodeJS.ProcessEnv): Timestamping {
  const places = (environment['SEALFLOW_TSA_URLS'] ?? '')
    .split(/[,\n]/)
    .map((place) => place.trim())
    .filter((place) => place !== '');
  if (places.length > AUTHORITIES_MAX) throw wrong(`at most ${AUTHORITIES_MAX}, got ${places.length}`);
  const authorities = places.map(addressOf);
  if (new Set(authorities).size !== authorities.length) throw wrong('every authority once');
  return { authorities };
}

function addressOf(place: string, position: number): string {
  const url = URL.canParse(place) ? new URL(place) : null;
  const plain = url?.username === '' && url.password === '' && url.hash === '';
  if (url !== null && plain && /^https?:$/.test(url.protocol)) return url.href;
  throw wrong(`authority ${position + 1}: an http or https address without user and fragment`);
}

function wrong(expected: string): Error {
  return new Error(`configuration: SEALFLOW_TSA_URLS: expected ${expected}`);
}
