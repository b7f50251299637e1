import { isIPv6 } from 'node:net';

export interface ConnectionLimits {
  /** Open at a time, of all peers together. */
  readonly connectionsMax: number;
  /** Open at a time, of one peer. */
  readonly connectionsPerPeerMax: number;
  /** New ones of one peer, on the average; `burst` at once. */
  readonly connectionsPerSecond: number;
}

/** By its name in the configuration. */
export type RefusedBy = 'connectionsMax' | 'connectionsPerPeerMax' | 'connectionsPerSecond';

interface Peer {
  open: number;
  tokens: number;
  /** When the tokens were counted. */
  countedMs: number;
}

/** How many seconds' worth of connections may come at once: clients that lost a replica come back together. */
const BURST_SECONDS = 4;
/** Peers that are remembered for their rate alone. Beyond, those that were seen longest ago are forgotten. */
const REMEMBERED_MAX = 65_536;

/**
 * Who may open a connection. It is asked before a byte is read and before TLS, so that a connection that is refused
 * costs no more than its accept; and it believes the address of the peer alone, since nothing else is known yet. What
 * stands in front of the orchestrator is one peer, and needs limits to suit.
 */
export class ConnectionGate {
  readonly #peers = new Map<string, Peer>();
  #open = 0;

  constructor(
    private readonly limits: ConnectionLimits,
    private readonly clock: () => number,
  ) {}

  get open(): number {
    return this.#open;
  }

  /** Counts a connection; null where it may come, and then `left` is to be called when it has gone. */
  enter(address: string): RefusedBy | null {
    if (this.#open >= this.limits.connectionsMax) return 'connectionsMax';
    const name = peerOf(address);
    const peer = this.#peer(name);
    if (peer.open >= this.limits.connectionsPerPeerMax) return 'connectionsPerPeerMax';
    if (peer.tokens < 1) return 'connectionsPerSecond';
    peer.tokens -= 1;
    peer.open += 1;
    this.#open += 1;
    return null;
  }

  left(address: string): void {
    const peer = this.#peers.get(peerOf(address));
    if (peer === undefined || peer.open === 0) return;
    peer.open -= 1;
    this.#open -= 1;
  }

  #peer(name: string): Peer {
    const nowMs = this.clock();
    const { connectionsPerSecond } = this.limits;
    const most = connectionsPerSecond * BURST_SECONDS;
    const known = this.#peers.get(name);
    if (known === undefined) {
      if (this.#peers.size >= REMEMBERED_MAX) this.#forget();
      const made = { open: 0, tokens: most, countedMs: nowMs };
      this.#peers.set(name, made);
      return made;
    }
    const passedMs = Math.max(0, nowMs - known.countedMs);
    known.tokens = Math.min(most, known.tokens + (passedMs * connectionsPerSecond) / 1_000);
    known.countedMs = nowMs;
    return known;
  }

  /** Whoever has a connection stays: there are fewer of them than are remembered. */
  #forget(): void {
    for (const [name, { open }] of this.#peers) {
      if (open > 0) continue;
      this.#peers.delete(name);
      if (this.#peers.size < REMEMBERED_MAX / 2) return;
    }
  }
}

/** Whoever has one address of IPv6 has a network of them, 64 bits wide at least (RFC 6177 section 2). */
export function peerOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
  const groups = [...first, ...zeros, ...last].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
