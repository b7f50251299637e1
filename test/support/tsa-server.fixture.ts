import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DerReader, derTag, derWhole, derWriter, type HashName, hashOfAlgorithm } from '#attestation';
import { utf8 } from '#canonical';
import type { TrustedAuthority } from '#evidence';
import { TestAuthority, type TokenOptions } from '../../libs/evidence/src/testing/tsa.fixture.js';

/** How the authority answers, and how it goes wrong. */
export type TsaBehaviour =
  | 'honest'
  | 'away'
  | 'silent'
  | 'dripping'
  | 'redirecting'
  | 'refusing'
  | 'garbage'
  | 'empty'
  | 'huge'
  | 'other-imprint'
  | 'other-nonce'
  | 'no-nonce'
  | 'forged'
  | 'without-certificates'
  | 'old-clock';

interface Asked {
  readonly digest: Uint8Array;
  readonly hash: HashName;
  readonly nonce: Uint8Array;
}

const DAY_MS = 86_400_000;

/** A timestamp authority over HTTP (RFC 3161 section 3.4). */
export class TsaServer {
  behaviour: TsaBehaviour = 'honest';
  /** Questions that it answered with a token of its own. */
  stamped = 0;
  asked = 0;
  /** Where the clock of the authority stands; null is now. */
  nowMs: number | null = null;
  /** What a GET of any path gives: a revocation list. */
  list: Uint8Array = new Uint8Array(0);
  readonly authority: TestAuthority;
  readonly #server: Server;

  private constructor(name: string) {
    this.authority = new TestAuthority(name, Date.now());
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      if (request.method === 'GET') return void response.end(this.list);
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.#answer(new Uint8Array(Buffer.concat(chunks)), response));
    });
  }

  static async start(name = 'tsa.example'): Promise<TsaServer> {
    const server = new TsaServer(name);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/tsa`;
  }

  get trusted(): TrustedAuthority {
    return this.authority.trusted;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(body: Uint8Array, response: ServerResponse): void {
    this.asked += 1;
    if (this.behaviour === 'silent') return;
    const status = statuses[this.behaviour] ?? 200;
    response.writeHead(status, { 'content-type': 'application/timestamp-reply', location: this.url });
    if (this.behaviour === 'dripping') response.write('0');
    else response.end(fixed[this.behaviour] ?? this.#reply(requestOf(body)));
  }

  #reply(asked: Asked): Uint8Array {
    const token = this.authority.token(lies[this.behaviour]?.(asked) ?? this.#honest(asked));
    this.stamped += 1;
    return derWriter.sequence(derWriter.sequence(derWriter.smallInteger(0)), token);
  }

  #honest(asked: Asked): TokenOptions {
    return honest(asked, this.nowMs ?? Date.now());
  }
}

const statuses: Partial<Record<TsaBehaviour, number>> = { away: 503, redirecting: 302 };
const fixed: Partial<Record<TsaBehaviour, Uint8Array>> = {
  away: new Uint8Array(0),
  redirecting: new Uint8Array(0),
  refusing: derWriter.sequence(derWriter.sequence(derWriter.smallInteger(2))),
  garbage: utf8('<html>504</html>'),
  empty: new Uint8Array(0),
  huge: new Uint8Array(256 * 1024),
};
const lies: Partial<Record<TsaBehaviour, (asked: Asked) => TokenOptions>> = {
  'other-imprint': (asked) => ({ ...honest(asked), digest: asked.digest.map((byte) => byte ^ 1) }),
  'other-nonce': (asked) => ({ ...honest(asked), nonce: asked.nonce.map((byte) => byte ^ 1) }),
  'no-nonce': ({ digest, hash }) => ({ data: new Uint8Array(0), digest, hash, genTimeMs: Date.now() }),
  forged: (asked) => ({ ...honest(asked), wrongKey: true }),
  'without-certificates': (asked) => ({ ...honest(asked), withoutCertificates: true }),
  'old-clock': (asked) => honest(asked, Date.now() - DAY_MS),
};

function honest({ digest, hash, nonce }: Asked, genTimeMs = Date.now()): TokenOptions {
  return { data: new Uint8Array(0), digest, hash, nonce, genTimeMs };
}

function requestOf(body: Uint8Array): Asked {
  const fields = new DerReader(derWhole(body, derTag.sequence).content);
  fields.next(derTag.integer);
  const imprint = fields.enter(derTag.sequence);
  const hash = hashOfAlgorithm(imprint.next(derTag.sequence).encoded);
  if (hash === null) throw new Error('request with another hash');
  const digest = imprint.next(derTag.octetString).content;
  return { hash, digest, nonce: fields.next(derTag.integer).content };
}
