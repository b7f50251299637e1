import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ed25519PublicKey } from '#canonical';
import {
  cosignNote,
  formatNote,
  judgeAddCheckpoint,
  noteKeyTypes,
  noteVerifierKey,
  parseAddCheckpoint,
  parseVerifierKey,
  type VerifierKey,
  type WitnessedTree,
} from '#evidence';

type Behaviour = 'honest' | 'away' | 'forging' | 'silent';

/** A witness of the test's own, honest unless told otherwise. */
export class TestWitness {
  behaviour: Behaviour = 'honest';
  seen: WitnessedTree | null = null;
  readonly statuses: number[] = [];
  readonly key: VerifierKey;
  readonly #server: Server;
  readonly #seed: Uint8Array;

  private constructor(fill: number, log: string) {
    this.#seed = new Uint8Array(32).fill(fill);
    const name = `witness-${fill}.example`;
    this.key = noteVerifierKey(name, noteKeyTypes.cosignature, ed25519PublicKey(this.#seed));
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (this.behaviour === 'silent') return;
        const { status, text } = this.#answer(Buffer.concat(chunks), log);
        this.statuses.push(status);
        response.writeHead(status);
        response.end(text);
      });
    });
  }

  static async start(fill: number, log: string): Promise<TestWitness> {
    const witness = new TestWitness(fill, log);
    await new Promise<void>((resolve) => witness.#server.listen(0, '127.0.0.1', resolve));
    return witness;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(body: Uint8Array, log: string): { status: number; text: string } {
    if (this.behaviour === 'away') return { status: 503, text: '' };
    const request = parseAddCheckpoint(new Uint8Array(body));
    const judged = judgeAddCheckpoint({ request, logs: [parseVerifierKey(log)], known: () => this.seen });
    if (!judged.accepted)
      return { status: judged.status, text: judged.size === null ? '' : `${judged.size}\n` };
    this.seen = judged.tree;
    const seed = this.behaviour === 'forging' ? new Uint8Array(32).fill(99) : this.#seed;
    const line = cosignNote({ text: judged.text, name: this.key.name, seed, timeS: 1_790_000_000 });
    const signature = { ...line, keyHash: this.key.keyHash };
    return {
      status: 200,
      text: formatNote({ text: judged.text, signatures: [signature] }).slice(judged.text.length + 1),
    };
  }
}
