import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { ed25519PublicKey } from '#canonical';
import {
  EvidenceError,
  formatSignerKey,
  formatVerifierKey,
  noteKeyTypes,
  noteVerifierKey,
  parseSignerKey,
  parseVerifierKey,
  type SignerKey,
  type VerifierKey,
} from '#evidence';
import { UsageError } from '../output/failure.js';
import { witnessServer } from '../witness/witness-server.js';
import { WitnessState } from '../witness/witness-state.js';

interface RunOptions {
  readonly key: string;
  readonly log: readonly string[];
  readonly listen: string;
  readonly state: string;
}

/** `sealflow witness`: an auditor's own process that cosigns what it has seen grow. */
export function witnessCommand(): Command {
  return new Command('witness')
    .description('cosign checkpoints of a log, so that it cannot show different trees to different readers')
    .addCommand(keygenCommand())
    .addCommand(runCommand());
}

function keygenCommand(): Command {
  return new Command('keygen')
    .description('make a key; the verifier key that is printed goes into trust files')
    .requiredOption('--name <name>', 'name of the witness, e.g. auditor.example/witness')
    .requiredOption('--out <file>', 'file for the private key; it is never written over')
    .action(({ name, out }: { name: string; out: string }) => {
      const seed = new Uint8Array(randomBytes(32));
      const verifier = usable(() => noteVerifierKey(name, noteKeyTypes.cosignature, ed25519PublicKey(seed)));
      writeFileSync(out, `${formatSignerKey({ verifier, seed })}\n`, {
        mode: 0o600,
        flag: 'wx',
        flush: true,
      });
      process.stdout.write(`${formatVerifierKey(verifier)}\n`);
    });
}

function runCommand(): Command {
  const gather = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];
  return new Command('run')
    .description('serve POST /add-checkpoint (C2SP tlog-witness) until it is stopped')
    .requiredOption('--key <file>', 'private key of keygen')
    .requiredOption('--log <vkey>', 'verifier key of a log to witness (repeatable)', gather)
    .requiredOption('--state <dir>', 'what was cosigned; without it a fork could be signed')
    .option('--listen <host:port>', 'where to listen', '127.0.0.1:7490')
    .action((options: RunOptions) => runWitness(options));
}

async function runWitness(options: RunOptions): Promise<void> {
  const key = readKey(options.key);
  const logs = options.log.map((text) => logKey(text));
  const { host, port } = addressOf(options.listen);
  const print = (line: string): void => {
    process.stdout.write(`${new Date().toISOString()} ${line}\n`);
  };
  const state = new WitnessState(options.state);
  const server = witnessServer({ key, logs, state, now: () => Date.now(), onJudged: print });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  print(`witness ${key.verifier.name} on http://${host}:${bound}`);
  print(`verifier key ${formatVerifierKey(key.verifier)}`);
  for (const { name } of logs) print(`log ${name}, last cosigned at size ${state.read(name)?.size ?? 0}`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

function readKey(file: string): SignerKey {
  const key = usable(() => parseSignerKey(readFileSync(file, 'utf8')), file);
  if (key.verifier.type === noteKeyTypes.cosignature) return key;
  throw new UsageError(
    `${file}: expected a key of a witness, got one of a log: make one with witness keygen`,
  );
}

function logKey(text: string): VerifierKey {
  const key = usable(() => parseVerifierKey(text), '--log');
  if (key.type === noteKeyTypes.ed25519) return key;
  throw new UsageError('--log: expected the verifier key of a log, got one of a witness');
}

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(\[[0-9a-f:]+\]|[^:]+):([0-9]{1,5})$/i.exec(text) ?? [];
  if (host !== undefined && port !== undefined && Number(port) <= 65_535) {
    return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  }
  throw new UsageError(`--listen: expected host:port, got ${text.slice(0, 64)}`);
}

function usable<T>(read: () => T, what = '--name'): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof EvidenceError) throw new UsageError(`${what}: ${error.message}`);
    throw error;
  }
}
