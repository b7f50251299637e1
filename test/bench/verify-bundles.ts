import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTrustFile, verifyBundle } from '#evidence';
import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { type Figure, median } from './figures.js';
import { hostileBundles } from './hostile-bundles.js';

const COLD = 5;
const WARM = 50;
const WARM_UP = 10;
const BATCH = 1000;
const SAMPLE_MS = 20;
const MIB = 2 ** 20;
const cli = join(projectRoot, 'dist/apps/cli/main.js');

/** One bundle cold and warm, then a thousand files made of the bundles of the bench's own runs. */
export async function measureVerification(bundle: string, installation: Installation): Promise<Figure[]> {
  const { trustPath } = installation;
  const size = `${(readFileSync(bundle).length / 1024).toFixed(0)} KiB bundle, 6 steps`;
  const batch = await measureBatch(installation);
  const hostile = await measureHostile(bundle, trustPath);
  return [
    {
      name: 'sealflow verify, cold process',
      value: coldMs(bundle, trustPath) / 1000,
      unit: 's',
      target: 0.6,
      samples: COLD,
      note: size,
    },
    {
      name: 'verifyBundle, warm',
      value: await warmMs(bundle, trustPath),
      unit: 'ms',
      target: 150,
      samples: WARM,
      note: 'SIMULATED TDX and GPU evidence, Groth16, log proof',
    },
    {
      name: `sealflow verify, ${BATCH} bundles`,
      value: batch.seconds,
      unit: 's',
      target: 60,
      samples: 1,
      note: 'one process, all cores',
    },
    {
      name: 'memory of that process, peak RSS',
      value: batch.rssBytes / MIB,
      unit: 'MiB',
      target: 300,
      samples: 1,
      note: '',
    },
    {
      name: 'sealflow verify, worst hostile file, peak RSS',
      value: hostile.rssBytes / MIB,
      unit: 'MiB',
      target: 300,
      samples: hostile.files,
      note: `16 MiB each; ${hostile.worst}`,
    },
    {
      name: 'sealflow verify, slowest hostile file',
      value: hostile.seconds,
      unit: 's',
      samples: hostile.files,
      note: 'all refused with a named reason',
    },
  ];
}

interface HostileFigures {
  readonly files: number;
  readonly rssBytes: number;
  readonly worst: string;
  readonly seconds: number;
}

async function measureHostile(bundle: string, trustPath: string): Promise<HostileFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-bench-hostile-'));
  try {
    let figures: HostileFigures = { files: 0, rssBytes: 0, worst: '', seconds: 0 };
    for (const [name, bytes] of hostileBundles(new Uint8Array(readFileSync(bundle)))) {
      const file = join(folder, name);
      writeFileSync(file, bytes);
      const run = await watched(['verify', file, '--trust', trustPath, '-q']);
      rmSync(file);
      if (run.code !== 1 && run.code !== 7) throw new Error(`verify of ${name} ended ${run.code}`);
      figures = {
        files: figures.files + 1,
        ...(run.rssBytes > figures.rssBytes
          ? { rssBytes: run.rssBytes, worst: name }
          : { rssBytes: figures.rssBytes, worst: figures.worst }),
        seconds: Math.max(figures.seconds, run.seconds),
      };
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function coldMs(bundle: string, trustPath: string): number {
  return median(
    Array.from({ length: COLD }, () => {
      const startMs = performance.now();
      const run = spawnSync(process.execPath, [cli, 'verify', bundle, '--trust', trustPath], {
        encoding: 'utf8',
      });
      if (run.status !== 0) throw new Error(`verify ended ${run.status}: ${run.stderr}`);
      return performance.now() - startMs;
    }),
  );
}

async function warmMs(bundle: string, trustPath: string): Promise<number> {
  const bytes = new Uint8Array(readFileSync(bundle));
  const trust = parseTrustFile(readFileSync(trustPath));
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + WARM; round += 1) {
    const startMs = performance.now();
    const { outcome } = await verifyBundle(bytes, trust, { at: null });
    if (outcome !== 'verified') throw new Error(`the bundle is ${outcome}`);
    if (round >= WARM_UP) times.push(performance.now() - startMs);
  }
  return median(times);
}

async function measureBatch({
  bundles,
  trustPath,
}: Installation): Promise<{ seconds: number; rssBytes: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-bench-verify-'));
  try {
    const made = readdirSync(bundles).filter((name) => name.endsWith('.evidence.json'));
    for (let index = 0; index < BATCH; index += 1) {
      const name = made[index % made.length] ?? '';
      copyFileSync(join(bundles, name), join(folder, `${index}-${name}`));
    }
    const run = await watched(['verify', folder, '--trust', trustPath, '-q']);
    if (run.code !== 0) throw new Error(`verify of ${BATCH} bundles ended ${run.code}`);
    return run;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the command as a process of its own and watches its memory. */
async function watched(
  args: readonly string[],
): Promise<{ code: number | null; seconds: number; rssBytes: number }> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [cli, ...args], { stdio: 'ignore' });
  let rssBytes = 0;
  const timer = setInterval(() => {
    rssBytes = Math.max(rssBytes, peakRss(child.pid ?? 0));
  }, SAMPLE_MS);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearInterval(timer);
  return { code, seconds: (performance.now() - startMs) / 1000, rssBytes };
}

/** The kernel's own high-water mark; 0 once the process is gone. */
function peakRss(pid: number): number {
  try {
    const kib = /^VmHWM:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
}
