import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consistencyPath, ed25519PublicKey, leafHash, merkleRoot, utf8 } from '#canonical';
import {
  formatAddCheckpoint,
  formatCheckpoint,
  formatNote,
  formatSignerKey,
  formatVerifierKey,
  noteKeyTypes,
  noteVerifierKey,
  signNote,
} from '#evidence';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';

const ROUNDS = 12;
const origin = 'log.example/killed';
const logSeed = new Uint8Array(randomBytes(32));
const log = noteVerifierKey(origin, noteKeyTypes.ed25519, ed25519PublicKey(logSeed));
const honest = Array.from({ length: 400 }, (_, index) => leafHash(utf8(`leaf ${index}`)));
const fork = honest.map((_, index) => leafHash(utf8(`other ${index}`)));

describe('kill -9 of a witness', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-witness-killed-'));
  const keyFile = join(folder, 'witness.key');
  let child: ChildProcess | null = null;
  let url = '';

  beforeAll(() => {
    const seed = new Uint8Array(randomBytes(32));
    const verifier = noteVerifierKey('auditor.example', noteKeyTypes.cosignature, ed25519PublicKey(seed));
    writeFileSync(keyFile, formatSignerKey({ verifier, seed }), { mode: 0o600 });
  });
  afterAll(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const cli = join(projectRoot, 'dist/apps/cli/main.js');
    const args = [
      'witness',
      'run',
      '--key',
      keyFile,
      '--log',
      formatVerifierKey(log),
      '--state',
      join(folder, 'state'),
    ];
    const started = spawn(process.execPath, [cli, ...args, '--listen', '127.0.0.1:0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    for await (const line of createInterface({ input: started.stdout })) {
      url = /on (http:\S+)/.exec(line)?.[1] ?? url;
      if (line.includes('last cosigned')) break;
    }
  }

  /** The status of the answer, or null when the witness died over it. */
  async function add(oldSize: number, size: number, of = honest): Promise<number | null> {
    const text = formatCheckpoint({ origin, size, root: merkleRoot(of.slice(0, size)) });
    const note = formatNote({ text, signatures: [signNote({ text, name: origin, seed: logSeed })] });
    const consistency = oldSize === 0 || oldSize >= size ? [] : consistencyPath(of.slice(0, size), oldSize);
    const body = formatAddCheckpoint({ oldSize, consistency, note });
    try {
      return (await fetch(`${url}/add-checkpoint`, { method: 'POST', body })).status;
    } catch {
      return null;
    }
  }

  async function latest(): Promise<number> {
    const response = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body: formatAddCheckpoint({ oldSize: 399, consistency: [], note: noteAt(400) }),
    });
    return response.status === 409 ? Number(await response.text()) : 399;
  }

  function noteAt(size: number): string {
    const text = formatCheckpoint({ origin, size, root: merkleRoot(honest.slice(0, size)) });
    return formatNote({ text, signatures: [signNote({ text, name: origin, seed: logSeed })] });
  }

  it('never forgets a tree that it cosigned, and never cosigns another in its place', async () => {
    await start();
    expect(await add(0, 1)).toBe(200);
    child?.kill('SIGKILL');
    let cosigned = 1;
    for (let round = 0; round < ROUNDS; round += 1) {
      await start();
      const from = await latest();
      // What was answered is remembered; what was written and not answered may be remembered too.
      expect(from).toBeGreaterThanOrEqual(cosigned);
      expect(await add(from, from, fork)).toBe(409);
      expect(await add(from, from + 1, fork)).toBe(422);
      const steps = Array.from({ length: 6 }, (_, step) => [from + step, from + step + 1] as const);
      const answers = steps.map(async ([oldSize, size]) => {
        if ((await add(oldSize, size)) === 200) cosigned = Math.max(cosigned, size);
      });
      await Promise.race(answers);
      child?.kill('SIGKILL');
      await Promise.all(answers);
    }
    expect(cosigned).toBeGreaterThan(1);
  });
});
