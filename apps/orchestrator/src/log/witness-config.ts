import { noteKeyTypes, parseVerifierKey, type VerifierKey } from '#evidence';

export interface Witness {
  /** Ends without a slash; `/add-checkpoint` follows (C2SP tlog-witness). */
  readonly url: string;
  readonly key: VerifierKey;
}

/** Who is asked to cosign checkpoints, and how many of them a bundle waits for. */
export interface Witnessing {
  readonly witnesses: readonly Witness[];
  readonly quorum: number;
}

export const noWitnesses: Witnessing = { witnesses: [], quorum: 0 };

const WITNESSES_MAX = 16;

/** Reads `SEALFLOW_WITNESSES`, pairs of address and key parted by commas or lines, and `SEALFLOW_WITNESS_QUORUM`. */
export function readWitnessing(environment: NodeJS.ProcessEnv): Witnessing {
  const pairs = (environment['SEALFLOW_WITNESSES'] ?? '')
    .split(/[,\n]/)
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');
  if (pairs.length > WITNESSES_MAX) {
    throw wrong('SEALFLOW_WITNESSES', `at most ${WITNESSES_MAX} witnesses, got ${pairs.length}`);
  }
  const witnesses = pairs.map(witnessOf);
  if (new Set(witnesses.map(({ key }) => String(key.key))).size !== witnesses.length) {
    throw wrong('SEALFLOW_WITNESSES', 'every witness once: two have the same key');
  }
  const wanted = environment['SEALFLOW_WITNESS_QUORUM'] ?? String(witnesses.length);
  const quorum = /^(0|[1-9][0-9]?)$/.test(wanted) ? Number(wanted) : Number.NaN;
  if (!(quorum <= witnesses.length)) {
    throw wrong(
      'SEALFLOW_WITNESS_QUORUM',
      `0 to ${witnesses.length}, the number of witnesses, got ${wanted}`,
    );
  }
  return { witnesses, quorum };
}

function witnessOf(pair: string, position: number): Witness {
  const place = `witness ${position + 1}`;
  const [address = '', text = '', ...rest] = pair.split(/\s+/);
  if (rest.length > 0 || text === '') {
    throw wrong('SEALFLOW_WITNESSES', `${place}: its address, a space and its verifier key`);
  }
  const url = URL.canParse(address) ? new URL(address) : null;
  const plain = url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (url === null || !/^https?:$/.test(url.protocol) || !plain) {
    throw wrong('SEALFLOW_WITNESSES', `${place}: an http or https address without user, query and fragment`);
  }
  return { url: url.href.replace(/\/+$/, ''), key: keyOf(text, place) };
}

function keyOf(text: string, place: string): VerifierKey {
  let key: VerifierKey | null = null;
  try {
    key = parseVerifierKey(text);
  } catch {
    // What is wrong with it would quote it; its place is enough.
  }
  if (key?.type === noteKeyTypes.cosignature) return key;
  throw wrong('SEALFLOW_WITNESSES', `${place}: a verifier key <name>+<hash>+<base64> of a witness (type 04)`);
}

function wrong(variable: string, expected: string): Error {
  return new Error(`configuration: ${variable}: expected ${expected}`);
}
