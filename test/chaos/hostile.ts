import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectServices, type GetRunResponse__Output, unary } from '#contracts';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { until } from '../support/until.js';
import type { ChaosStack, Replica } from './chaos-stack.js';
import type { Tally } from './tally.js';

const ASK_MS = 50;
const DEADLINE_MS = 20_000;
/** How much a replica may grow under an attack, and how long after one its connections may still be there. */
const GROWTH_MIB_MAX = 256;
const LEAVE_MS = 30_000;
const SPARE_DESCRIPTORS = 24;

/** What an honest client saw during an attack. */
export interface Witnessed {
  readonly attack: string;
  /** Connections, streams or bursts of frames, as the attack counts. */
  readonly sent: number;
  readonly served: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly growthMib: number;
}

/** Lets one attacker loose on a replica while an honest client goes on calling it, and compares before and after. */
export async function withstand(
  stack: ChaosStack,
  tally: Tally,
  { attack, replica, forMs, runName }: { attack: string; replica: Replica; forMs: number; runName: string },
): Promise<Witnessed | null> {
  const pid = stack.pid(replica);
  if (pid === undefined) return null;
  const { grpc, http } = stack.place(replica);
  const before = { descriptors: descriptorsOf(pid), rssMib: rssMibOf(pid) };
  const over = new AbortController();
  const honest = keepAsking(grpc, http, stack.tenantKey, runName, over.signal);
  let peakMib = before.rssMib;
  const attacking = letLoose(attack, grpc, http, await stack.foreignKey(), over.signal);
  for (const endMs = performance.now() + forMs; performance.now() < endMs; await sleep(100))
    peakMib = Math.max(peakMib, rssMibOf(pid));
  over.abort();
  const [sent, { latencies, failures }] = [await attacking, await honest];
  tally.add('hostile clients', attack);
  tally.add('hostile acts', attack, sent);
  tally.check('an attacker acts', sent > 0, attack);
  tally.check(
    'an honest client is served during an attack',
    failures.length === 0 && latencies.length > 0,
    () => `${attack}: ${failures.length} of ${failures.length + latencies.length} calls, ${failures[0]}`,
  );
  const growthMib = peakMib - before.rssMib;
  tally.peak('hostile MiB', 'growth', growthMib);
  tally.check(
    'memory is bounded under an attack',
    growthMib <= GROWTH_MIB_MAX,
    `${attack}: grew ${growthMib} MiB`,
  );
  tally.check('a replica outlives an attack', stack.pid(replica) === pid, attack);
  const left = await until(
    'connections of the attacker are gone',
    () => descriptorsOf(pid) <= before.descriptors + SPARE_DESCRIPTORS,
    LEAVE_MS,
  ).catch(() => false);
  tally.check(
    'nothing of an attacker stays',
    left,
    () => `${attack}: ${descriptorsOf(pid)} of ${before.descriptors}`,
  );
  const sorted = latencies.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  return {
    attack,
    sent,
    served: sorted.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    growthMib: Math.round(growthMib),
  };
}

/** @returns what it did, in connections, streams or bursts of frames */
async function letLoose(
  attack: string,
  grpc: string,
  http: string,
  key: string,
  over: AbortSignal,
): Promise<number> {
  const program = join(projectRoot, 'dist/test/chaos/attacker.js');
  const ports = [grpc.split(':')[1] ?? '', new URL(http).port];
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const child = spawn(process.execPath, [program, attack, ...ports], {
    env: { ...environment, ATTACKER_KEY: key },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  over.addEventListener('abort', () => child.stdin.end(), { once: true });
  return Number((await text(child.stdout)).trim());
}

/** One call after another on both ports, with no help but a deadline. */
async function keepAsking(
  grpc: string,
  http: string,
  key: string,
  name: string,
  over: AbortSignal,
): Promise<{ latencies: number[]; failures: string[] }> {
  const services = connectServices(grpc, { bearer: key });
  const latencies: number[] = [];
  const failures: string[] = [];
  try {
    while (!over.aborted) {
      const beganMs = performance.now();
      try {
        await unary<GetRunResponse__Output>(
          (options, callback) => services.run.getRun({ name }, options, callback),
          { deadlineMs: DEADLINE_MS },
        );
        const { ok } = await fetch(`${http}/healthz`, { signal: AbortSignal.timeout(DEADLINE_MS) });
        if (!ok) throw new Error('healthz is not ok');
        latencies.push(performance.now() - beganMs);
      } catch (error) {
        failures.push(String(error));
      }
      await sleep(ASK_MS);
    }
  } finally {
    services.close();
  }
  return { latencies, failures };
}

function rssMibOf(pid: number): number {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}
