import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceFlags } from '#threads';
import { modelServerScript } from '../../model-server/script.js';
import { UpstreamError } from './upstream-error.js';

/** Of a machine that is very busy. A child that ends is not waited for. */
const startMs = 100_000;
const stderrCharsMax = 2_000;
const memoryFlags = ['--max-old-space-size=64', '--max-semi-space-size=1', '--v8-pool-size=1'];

/**
 * The small model's server as a child of the worker, behind a socket in a folder that this user alone can enter. It
 * starts with the first call, and again when it was lost.
 */
export class OwnModelServer {
  #running: Promise<Child> | null = null;
  #closed = false;

  constructor(private readonly modelDir: string) {}

  /** Address for `openAiUpstream`. @throws UpstreamError `MODEL_UNAVAILABLE` */
  async address(): Promise<string> {
    if (this.#closed) throw unavailable('the worker is ending');
    const running = this.#running === null ? null : await this.#running.catch(() => null);
    if (running !== null && !running.gone) return running.address;
    const starting = startChild(this.modelDir);
    this.#running = starting;
    return (await starting).address;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = await this.#running?.catch(() => null);
    await running?.end();
  }
}

interface Child {
  readonly address: string;
  readonly gone: boolean;
  end(): Promise<void>;
}

async function startChild(modelDir: string): Promise<Child> {
  const folder = await mkdtemp(join(tmpdir(), 'sealflow-model-'));
  const socket = join(folder, 'model.sock');
  const child = fork(fileURLToPath(modelServerScript), [modelDir, socket], {
    execArgv: [...memoryFlags, ...sourceFlags(import.meta.url)],
    // Nothing of the worker's environment, which names its keys.
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const remove = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  void exited.then(remove);
  try {
    await ready(child, exited);
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    throw error;
  }
  return {
    address: `unix:${socket}`,
    get gone() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    end: async () => {
      // It holds nothing that a clean end would save.
      child.kill('SIGKILL');
      await exited;
      await remove();
    },
  };
}

async function ready(child: ChildProcess, exited: Promise<void>): Promise<void> {
  let printed = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    printed = (printed + chunk.toString('utf8')).slice(-stderrCharsMax);
  });
  let timer: NodeJS.Timeout | undefined;
  const answered = new Promise<null>((resolve, reject) => {
    child.once('message', () => resolve(null));
    child.once('error', (error) => reject(unavailable(error.message)));
    timer = setTimeout(() => reject(unavailable(`not ready in ${startMs} ms`)), startMs);
  });
  try {
    // Before the first request the child has seen no prompt, so what it printed may be shown.
    await Promise.race([
      answered,
      exited.then(() => Promise.reject(unavailable(`it ended: ${printed.trim()}`))),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(why: string): UpstreamError {
  return new UpstreamError('MODEL_UNAVAILABLE', `the model server of the worker: ${why}`);
}
