import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { suite } from './suite.js';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command as a user calls it: the file that `npx sealflow` runs. */
export function sealflow(args: readonly string[], home = suite().stack.home): Promise<Ended> {
  const child = spawn(process.execPath, [join(projectRoot, 'apps/cli/bin/sealflow.js'), ...args], {
    // Commands here have no trace to send: loading the exporter would only make each of them slower.
    env: { ...process.env, SEALFLOW_HOME: home, OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    texts.out += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    texts.err += chunk.toString('utf8');
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      suite().said.push(texts.out, texts.err);
      resolve({ code, ...texts });
    });
  });
}
