import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  ADD_CHECKPOINT_BYTES_MAX,
  type AddCheckpoint,
  cosignNote,
  EvidenceError,
  formatNote,
  formatVerifierKey,
  judgeAddCheckpoint,
  parseAddCheckpoint,
  type SignerKey,
  type VerifierKey,
} from '#evidence';
import type { WitnessState } from './witness-state.js';

const REQUEST_MS = 10_000;
const SIZE_TYPE = 'text/x.tlog.size';
const TEXT_TYPE = 'text/plain; charset=utf-8';

export interface WitnessOptions {
  readonly key: SignerKey;
  readonly logs: readonly VerifierKey[];
  readonly state: WitnessState;
  readonly now: () => number;
  readonly onJudged: (line: string) => void;
}

/**
 * An auditor's own process: it cosigns checkpoints of the logs that it was told of (C2SP tlog-witness). One request
 * after the other, and the state on the disk before the signature on the wire.
 */
export function witnessServer(options: WitnessOptions): Server {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      options.onJudged(`stumbled: ${error instanceof Error ? error.message : 'unknown'}`);
      if (response.headersSent) response.destroy();
      else reply(response, 500, 'the witness stumbled; nothing was signed\n');
    });
  });
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = REQUEST_MS;
  server.maxConnections = 64;
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: WitnessOptions,
): Promise<void> {
  const path = request.url ?? '/';
  if (request.method === 'GET' && path === '/') {
    return reply(response, 200, `${formatVerifierKey(options.key.verifier)}\n`);
  }
  if (path !== '/add-checkpoint') return reply(response, 404, 'expected POST /add-checkpoint\n');
  if (request.method !== 'POST') return reply(response, 405, 'expected POST\n');
  const body = await bodyOf(request);
  if (body === null) return reply(response, 413, `at most ${ADD_CHECKPOINT_BYTES_MAX} bytes\n`);
  let asked: AddCheckpoint;
  try {
    asked = parseAddCheckpoint(body);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return reply(response, 400, `${error.message}\n`);
  }
  // No await from here on: two requests never see the same latest tree.
  const { status, text, type, line } = judged(asked, options);
  options.onJudged(line);
  reply(response, status, text, type);
}

function judged(request: AddCheckpoint, { key, logs, state, now }: WitnessOptions) {
  const verdict = judgeAddCheckpoint({ request, logs, known: (origin) => state.read(origin) });
  if (!verdict.accepted) {
    const { reason, status, size } = verdict;
    const line = `refused ${status} ${reason}${size === null ? '' : `, at size ${size}`}`;
    const text = size === null ? `${reason}\n` : `${size}\n`;
    return { status, text, type: size === null ? TEXT_TYPE : SIZE_TYPE, line };
  }
  const { log, text, tree } = verdict;
  state.write(log.name, tree);
  const { name } = key.verifier;
  const signature = cosignNote({ text, name, seed: key.seed, timeS: Math.floor(now() / 1000) });
  const lines = formatNote({ text, signatures: [signature] }).slice(text.length + 1);
  return { status: 200, text: lines, type: TEXT_TYPE, line: `cosigned ${log.name} at size ${tree.size}` };
}

/** Null when it is larger than any request. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > ADD_CHECKPOINT_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function reply(response: ServerResponse, status: number, text: string, type = TEXT_TYPE): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', connection: 'close' });
  response.end(text);
}
