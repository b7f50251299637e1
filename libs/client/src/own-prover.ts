/**
 * A prover at the owner of the data, beside the owner's program.
 *
 * It is the owner's own: its program comes with the owner's installation, it makes its keys at each start, and this client
 * seals to no other prover what runs at the owner. Whoever reads the folder that both share reads the data.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fromBase64, type JsonObject, parseJsonStrict } from '#canonical';
import { OwnerFolder } from '#owner';
import type { SealflowClient } from './client.js';
import { signalOf, type Until } from './client-connection.js';
import { ClientError } from './client-error.js';

const READY_MS = 90_000;
/** A prover that ends by itself has a proof in hand at most. */
const STOP_MS = 30_000;
const LINE_BYTES_MAX = 65_536;
const WORDS_MAX = 2_000;

export interface OwnProverOptions extends Until {
  /** Folder that only the owner's account reads; made where there is none. Values of the owner's steps stay in it. */
  readonly folder: string;
  /** Installation of the prover: whom it believes, and its key among the workers. That of `SEALFLOW_HOME` unless said. */
  readonly home?: string | undefined;
  /** Name among the workers; made of the machine's unless said. */
  readonly id?: string | undefined;
  /** The program and its first arguments; `sealflow` of the path unless said. */
  readonly program?: readonly [string, ...string[]] | undefined;
}

/** A prover that an orchestrator has taken, until `stop` or the end of this program. */
export interface OwnProver {
  /** The client that it came from, at the owner: what has to stay there stays, and this prover alone proves about it. */
  readonly client: SealflowClient;
  /** Raw Ed25519 key under which it signs since its start. */
  readonly key: Uint8Array;
  /** Settles when it ended: with why, where nobody stopped it. */
  readonly ended: Promise<ClientError | null>;
  stop(): Promise<void>;
}

/**
 * Starts one and waits until an orchestrator took it.
 *
 * @param clientAt the client of a data owner
 * @throws ClientError PROVER_UNAVAILABLE; the reason of the signal
 */
export async function startOwnProver(
  target: string,
  { folder, home, id, program = ['sealflow'], signal: given, timeoutMs = READY_MS }: OwnProverOptions,
  clientAt: (owner: OwnerFolder) => SealflowClient,
): Promise<OwnProver> {
  const signal = signalOf({ signal: given, timeoutMs });
  signal?.throwIfAborted();
  const owner = OwnerFolder.open(resolve(folder));
  const [command, ...first] = program;
  const flags = [
    '--owner',
    resolve(folder),
    '--orchestrator',
    target,
    ...(id === undefined ? [] : ['--id', id]),
  ];
  const child = spawn(command, [...first, 'prove', ...flags, '--json', '--until-eof'], {
    env: { ...process.env, ...(home === undefined ? {} : { SEALFLOW_HOME: resolve(home) }) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const words = lastWordsOf(child);
  let isStopped = false;
  const ended = over(child).then(() => (isStopped ? null : unavailable(words())));
  const stop = async (): Promise<void> => {
    isStopped = true;
    child.stdin?.end();
    const patience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(patience);
  };
  try {
    const key = await Promise.race([
      readyKey(child, signal),
      ended.then((error) => Promise.reject(error ?? unavailable(words()))),
    ]);
    return { client: clientAt(owner), key, ended, stop };
  } catch (error) {
    await stop();
    signal?.throwIfAborted();
    throw error;
  }
}

/** The line of `sealflow prove --json`. */
async function readyKey(child: ChildProcess, signal: AbortSignal | undefined): Promise<Uint8Array> {
  let line = '';
  while (!line.includes('\n')) {
    const [data] = (await once(child.stdout ?? child, 'data', { signal })) as [Buffer];
    line += data.toString('utf8');
    if (line.length > LINE_BYTES_MAX) throw unavailable(`expected one line, got ${line.length} characters`);
  }
  // Whatever it says later is nobody's to wait for.
  child.stdout?.resume();
  try {
    const { key } = parseJsonStrict(Buffer.from(line.slice(0, line.indexOf('\n')))) as JsonObject;
    return fromBase64(String(key));
  } catch {
    throw unavailable('its first line names no key: is it the `sealflow` of this version?');
  }
}

function lastWordsOf({ stderr }: ChildProcess): () => string {
  let words = '';
  stderr?.on('data', (data: Buffer) => {
    words = (words + data.toString('utf8')).slice(-WORDS_MAX);
  });
  return () => words.trim();
}

/** A program that cannot be started ends by an error and no exit. */
function over(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
}

function unavailable(why: string): ClientError {
  return new ClientError(
    'PROVER_UNAVAILABLE',
    `no prover at the owner: ${why === '' ? 'it ended without a word' : why}`,
  );
}
