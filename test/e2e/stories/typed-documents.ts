import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toJson } from '#canonical';
import { demoCase } from '#samples';
import { projectRoot } from '../../../apps/cli/src/installation/paths.js';
import { coverageOf } from '../../docs/block-coverage.js';
import { type Block, blocksOf, missingLines } from '../../docs/markdown-blocks.js';
import { partlyTyped, START, typedDocuments } from '../../docs/typed-documents.js';
import { suite } from '../suite.js';

/** Of one block, which may hold several calls. */
const BLOCK_MS = 400_000;
let folder: string;

/** Each from its beginning to its end: every block is run as it is printed, in a folder where nothing else is. */
export function typed(): void {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-typed-'));
    for (const name of ['examples', 'test', 'apps']) symlinkSync(join(projectRoot, name), join(folder, name));
    symlinkSync(suite().stack.home, join(folder, '.sealflow'));
    mkdirSync(join(folder, 'bin'));
    const npx = join(folder, 'bin', 'npx');
    const bin = join(projectRoot, 'apps/cli/bin/sealflow.js');
    writeFileSync(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" "${bin}" "$@"\n`);
    chmodSync(npx, 0o755);
  });
  afterAll(() => {
    // Where a guide did not come to its end, what it began in the background goes on.
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.pid'))) ended(join(folder, file));
    rmSync(folder, { recursive: true, force: true });
  });

  describe.each([...typedDocuments, ...partlyTyped])('%s, as printed', (path) => {
    const blocks = blocksOf(readFileSync(join(projectRoot, path), 'utf8'));
    const calls = blocks.flatMap((block, index) =>
      isTypedHere(path, block) ? [{ block, shown: blocks[index + 1] }] : [],
    );

    const named = calls
      .filter(({ block }) => block.text !== START)
      .map((call) => [headOf(call.block), call] as const);

    it.each(named)(
      '%s',
      async (_head, { block, shown }) => {
        const expected = Number(/# exit code (\d+)$/m.exec(block.text)?.[1] ?? 0);
        const { code, said } = await run(block.text);
        expect({ code, said: code === expected ? '' : said }).toEqual({ code: expected, said: '' });
        if (shown?.info === 'text') expect(missingLines(shown.text, said), said).toEqual([]);
      },
      BLOCK_MS,
    );
  });

  it('used the data of the samples', () => {
    const { applicant, statement } = demoCase('approve');
    const text = (file: string) => readFileSync(join(projectRoot, 'examples/data', file), 'utf8');
    expect(JSON.parse(text('application.json'))).toEqual(toJson(applicant));
    expect(text('statement.txt')).toBe(`${statement}\n`);
  });
}

/** Ends the process whose id a guide kept; one that is over is nobody's any more. */
function ended(file: string): void {
  const pid = Number(readFileSync(file, 'utf8'));
  const what = join('/proc', String(pid), 'cmdline');
  if (existsSync(what) && readFileSync(what, 'utf8').includes('sealflow')) process.kill(pid, 'SIGKILL');
}

function isTypedHere(path: string, block: Block): boolean {
  const coverage = coverageOf(path, block);
  return block.isTyped && coverage?.kind === 'run' && coverage.by === 'test/e2e/stories/typed-documents.ts';
}

function headOf({ text }: Block): string {
  const lines = text.split('\n').filter((line) => line.startsWith('npx'));
  return lines.at(-1)?.replace(/\\$/, '').trim() ?? 'a block';
}

function run(block: string): Promise<{ code: number | null; said: string }> {
  const child = spawn('bash', ['-e', '-c', block], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      SEALFLOW_HOME: suite().stack.home,
      OTEL_EXPORTER_OTLP_ENDPOINT: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
  return new Promise((resolve) => {
    // Not of `suite().said`, where nothing secret may be: the reader opens a result and sees it.
    child.on('close', (code) => resolve({ code, said }));
  });
}
