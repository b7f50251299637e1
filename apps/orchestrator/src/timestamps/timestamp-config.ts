/** Who is asked for timestamps: addresses of authorities that speak RFC 3161 over HTTP. */
export interface Timestamping {
  readonly authorities: readonly string[];
  /** Addresses of their revocation lists, which bundles carry beside the tokens. */
  readonly revocationLists: readonly string[];
}

export const noTimestamps: Timestamping = { authorities: [], revocationLists: [] };

/** A bundle has room for 16 tokens, and each token for 8 lists; more than this say nothing new. */
const ADDRESSES_MAX = 8;

/** Reads `SEALFLOW_TSA_URLS` and `SEALFLOW_TSA_CRL_URLS`, addresses parted by commas or lines. */
export function readTimestamping(environment: NodeJS.ProcessEnv): Timestamping {
  return {
    authorities: addresses(environment, 'SEALFLOW_TSA_URLS', 'authority'),
    revocationLists: addresses(environment, 'SEALFLOW_TSA_CRL_URLS', 'list'),
  };
}

function addresses(environment: NodeJS.ProcessEnv, variable: string, what: string): string[] {
  const wrong = (expected: string): Error => new Error(`configuration: ${variable}: expected ${expected}`);
  const places = (environment[variable] ?? '')
    .split(/[,\n]/)
    .map((place) => place.trim())
    .filter((place) => place !== '');
  if (places.length > ADDRESSES_MAX) throw wrong(`at most ${ADDRESSES_MAX}, got ${places.length}`);
  const found = places.map((place, position) => {
    const url = URL.canParse(place) ? new URL(place) : null;
    const plain = url?.username === '' && url.password === '' && url.hash === '';
    if (url !== null && plain && /^https?:$/.test(url.protocol)) return url.href;
    throw wrong(`${what} ${position + 1}: an http or https address without user and fragment`);
  });
  if (new Set(found).size !== found.length) throw wrong(`every ${what} once`);
  return found;
}
