import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Ends the process at the first thing that reaches out; loaded before the program. */
const guard = `
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
const refuse = () => { process.stderr.write('REACHED OUT\\n'); process.exit(99); };
net.Socket.prototype.connect = refuse;
dgram.createSocket = refuse;
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) dns[name] = dns.promises[name] = refuse;
syncBuiltinESMExports();
`;

/** Whether this system can start a process that has no network interface at all. */
export const canIsolate = spawnSync('unshare', ['-rn', 'true']).status === 0;

/** Somebody with the command line program, a folder of files, and no network. */
export class Stranger {
  readonly folder = mkdtempSync(join(tmpdir(), 'sealflow-stranger-'));

  constructor() {
    mkdirSync(join(this.folder, 'home'));
    writeFileSync(join(this.folder, 'guard.mjs'), guard);
  }

  /** @param place folder below that of the stranger */
  lay(place: string, name: string, bytes: Uint8Array): string {
    const file = join(this.folder, place, name);
    mkdirSync(join(this.folder, place), { recursive: true });
    writeFileSync(file, bytes);
    return file;
  }

  /** The file that `npx sealflow` runs. */
  sealflow(...args: readonly string[]): Promise<Ended> {
    return this.node('--import', './guard.mjs', join(projectRoot, 'apps/cli/bin/sealflow.js'), ...args);
  }

  node(...args: readonly string[]): Promise<Ended> {
    const command = [...(canIsolate ? ['unshare', '-rn'] : []), process.execPath, ...args];
    const [program = '', ...rest] = command;
    const child = spawn(program, rest, {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], SEALFLOW_HOME: join(this.folder, 'home') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = { out: '', error: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      ended.out += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      ended.error += chunk.toString('utf8');
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...ended })));
  }

  leave(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
