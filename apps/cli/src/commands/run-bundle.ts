import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import { digestOf } from '#canonical';
import { type GetBundleResponse__Output, type ServiceClients, serverStream, unary } from '#contracts';
import { exitCode, UsageError } from '../output/failure.js';
import { asTenant, DEADLINE } from '../tenants/admin.js';

interface Flags {
  readonly out?: string;
  readonly orchestrator?: string;
  readonly json?: boolean;
}

/** `sealflow run bundle`: the file that outsiders verify. Reading it is recorded in the log. */
export function runBundleCommand(): Command {
  return new Command('bundle')
    .description('write the evidence bundle of a run that ended to a file; the access is recorded')
    .argument('<name>', 'tenants/<tenant>/runs/<run>')
    .option('--out <file>', 'a new file (default: <run>.evidence.json)')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line')
    .action(async (name: string, options: Flags) => {
      const out = options.out ?? `${basename(name)}.evidence.json`;
      const bytes = await asTenant(options.orchestrator, ({ evidence }) => download(evidence, name));
      writeNew(out, bytes);
      const digest = digestOf(bytes);
      const text = `${out}  ${bytes.length} bytes  ${digest}\nnothing of it was verified: sealflow verify ${out} --trust FILE`;
      process.stdout.write(
        `${options.json === true ? JSON.stringify({ file: out, bytes: bytes.length, digest }) : text}\n`,
      );
    });
}

/** A bundle that waited for its timestamps is replaced once; that may happen between the two calls. */
async function download(service: ServiceClients['evidence'], run: string): Promise<Buffer> {
  const before = await digestNow(service, run);
  const pieces: Buffer[] = [];
  for await (const { data } of serverStream((call) => service.downloadBundle({ run }, call), DEADLINE))
    pieces.push(data);
  const bytes = Buffer.concat(pieces);
  const actual = digestOf(bytes);
  if (actual === before || actual === (await digestNow(service, run))) return bytes;
  throw new UsageError(`${run}: expected the bundle ${before}, got ${actual}: try again`, exitCode.malformed);
}

async function digestNow(service: ServiceClients['evidence'], run: string): Promise<string> {
  const { digest } = await unary<GetBundleResponse__Output>(
    (call, callback) => service.getBundle({ run }, call, callback),
    DEADLINE,
  );
  return digest;
}

/** Evidence is not written over. */
function writeNew(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'a file of this name is there: name another with --out' : `${code}`;
    throw new UsageError(`${file}: ${why}`, exitCode.malformed);
  }
}
