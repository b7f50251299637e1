import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { isJsonObject, parseJsonStrict } from '#canonical';
import { SealflowClient, signCharter } from '#client';
import { parseStepPredicate, readContainer, statementOf } from '#evidence';
import { inputsOf, makeApplications } from '../../apps/cli/src/demo/application.js';
import { type FinishedRun, followRun, planBuiltin, prepareRun } from '../../apps/cli/src/demo/credit-run.js';
import { makeParties, openingAccounts } from '../../apps/cli/src/demo/parties.js';
import { circuitManifestDigest, Installation } from '../../apps/cli/src/installation/installation.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { type RunningStack, startStack } from '../../apps/cli/src/stack/stack.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';
import { measureDevices } from './attestation-devices.js';
import { measureIntel } from './attestation-intel.js';
import { measureBlobs } from './blobs.js';
import { measureClientPackage } from './client-package.js';
import { measureConsole } from './console.js';
import { measureConversation } from './conversation.js';
import { measureDemos } from './demos.js';
import { measureEngine } from './engine.js';
import { type MeasuredPart, measuredPart, writeRecord } from './figure-record.js';
import { type Figure, median, printFigures, quantile } from './figures.js';
import { measureLedgerEnclave } from './ledger-enclave.js';
import { measureLedgerFhe } from './ledger-fhe.js';
import { measureLogAppend } from './log-append.js';
import { measureNetworks } from './networks.js';
import { measureOpenRuns } from './open-runs.js';
import { measureOverview } from './overview.js';
import { measurePageLedger } from './page-ledger.js';
import { type Part, parts } from './parts.js';
import { memoryOf, type TreeMemory, treeOf } from './processes.js';
import { measureProver } from './prover.js';
import { measureUnaryCalls } from './unary-calls.js';
import { measureVerification } from './verify-bundles.js';
import { measureProofs } from './verify-proofs.js';
import { measureZkLedger } from './zk-ledger.js';

const COLD_STARTS = 3;
const RUNS = 20;
const SAMPLE_MS = 100;
const MIB = 2 ** 20;

/** A private credit run and its parts; see `measureRuns`. */
interface MeasuredRuns {
  readonly totalMs: number[];
  readonly bareMs: number[];
  readonly memory: TreeMemory;
  readonly bundle: string;
}

/** Of the newest run. */
const latest = join(projectRoot, 'bench-results/latest.json');
/** What docs/figures.md is made of: with `--record`, parts of it are written anew. */
const kept = join(projectRoot, 'docs/figures.json');

async function main({ wanted, keeps }: { wanted: readonly Part[]; keeps: boolean }): Promise<void> {
  const homes: string[] = [];
  const installation = (): Installation => {
    const home = mkdtempSync(join(tmpdir(), 'sealflow-bench-'));
    homes.push(home);
    return Installation.open(home);
  };
  const measures: Readonly<Record<Part, () => Promise<Figure[]>>> = {
    demos: async () => measureDemos(installation),
    start: () => measureStarts(installation),
    credit: () => measureCredit(installation()),
    attestation: async () => [...measureIntel(), ...measureDevices()],
    log: measureLogAppend,
    engine: () => measureEngine(installation()),
    'open-runs': () => measureOpenRuns(installation()),
    unary: () => measureUnaryCalls(installation()),
    console: measureConsole,
    overview: () => measureOverview(installation()),
    client: () => measureClientPackage(installation()),
    conversation: () => measureConversation(installation),
    blobs: () => measureBlobs(installation()),
    prover: measureProver,
    'verify-proofs': async () => measureProofs(),
    zkml: measureNetworks,
    ledger: () => measurePageLedger(installation()),
    'ledger-fhe': measureLedgerFhe,
    'ledger-enclave': measureLedgerEnclave,
    'zk-ledger': () => measureZkLedger(installation()),
  };
  try {
    const measured: Record<string, MeasuredPart> = {};
    for (const part of parts) {
      if (!wanted.includes(part)) continue;
      measured[part] = await measuredPart(measures[part]);
      printFigures(measured[part].figures);
      // After each part: the later ones may take minutes, or fail.
      writeRecord(latest, measured, false);
      if (keeps) writeRecord(kept, measured, true);
    }
    process.stdout.write(`written to ${relative(process.cwd(), keeps ? kept : latest)}\n`);
  } finally {
    for (const home of homes) {
      rmSync(Installation.open(home).postgresHome, { recursive: true, force: true });
      rmSync(home, { recursive: true, force: true });
    }
  }
}

function readArguments(args: readonly string[]): { wanted: readonly Part[]; keeps: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, record: { type: 'boolean', default: false } },
  });
  const wanted = values.only?.split(',') ?? parts;
  const isOf = (part: Part, name: string): boolean => part === name || part.startsWith(`${name}-`);
  const unknown = wanted.filter((name) => !parts.some((part) => isOf(part, name)));
  if (unknown.length > 0)
    throw new Error(`--only ${unknown.join(', ')}: expected names of ${parts.join(', ')}`);
  return { wanted: parts.filter((part) => wanted.some((name) => isOf(part, name))), keeps: values.record };
}

async function measureStarts(installation: () => Installation): Promise<Figure[]> {
  const startMs: number[] = [];
  for (let index = 0; index < COLD_STARTS; index += 1) {
    const stack = await startStack(installation(), () => undefined);
    startMs.push(stack.startedMs ?? 0);
    await stack.stop();
  }
  return [
    {
      name: 'stack up from cold',
      value: median(startMs) / 1000,
      unit: 's',
      target: 15,
      samples: startMs.length,
      note: 'new database, every operation has a worker',
    },
  ];
}

async function measureCredit(installation: Installation): Promise<Figure[]> {
  const stack = await startStack(installation, () => undefined);
  const runs = await measureRuns(stack).finally(() => stack.stop());
  return [...runFigures(runs), ...(await measureVerification(runs.bundle, installation))];
}

/** Sequential approved runs on one ledger: from the first question for evidence to the verified bundle. */
async function measureRuns(stack: RunningStack): Promise<MeasuredRuns> {
  const client = new SealflowClient({
    target: stack.address.grpc,
    tenant: 'bench',
    apiKey: await tenantKey(
      stack.address.grpc,
      stack.installation.keys.read('operator') ?? undefined,
      'bench',
      everyTenantRole,
    ),
    trust: stack.trust,
    random: (n) => new Uint8Array(randomBytes(n)),
    now: () => Date.now(),
  });
  const bundles = stack.installation.bundles;
  const parties = makeParties();
  const { ledger } = parties;
  const opening = await planBuiltin(client, 'ledger-open', { open: { ledger } });
  const accounts = openingAccounts(parties).map((account, index) => ({
    ...account,
    openingCents: index === 0 ? 1_000_000_000n : 0n,
  }));
  const charter = signCharter({ ledger, accounts }, parties.bankSeed);
  await followRun(client, await prepareRun(client, opening, { charter }), { bundles });
  const credit = await planBuiltin(client, 'credit', {
    reserve: { ledger, manifest: circuitManifestDigest() },
    settle: { ledger },
  });
  const sampler = sampleMemory(stack);
  const totalMs: number[] = [];
  const bareMs: number[] = [];
  let last: FinishedRun | null = null;
  for (let index = 0; index < RUNS; index += 1) {
    const [application] = makeApplications(parties, Date.now());
    if (application === undefined) throw new Error('no application');
    const startMs = performance.now();
    last = await followRun(client, await prepareRun(client, credit, inputsOf(application)), { bundles });
    totalMs.push(performance.now() - startMs);
    if (last.state !== 'SUCCEEDED' || last.verdict.outcome !== 'verified') {
      throw new Error(`a run ended ${last.state}, its bundle ${last.verdict.outcome}`);
    }
    bareMs.push(bareWorkMs(last.bundlePath));
  }
  client.close();
  return { totalMs, bareMs, memory: sampler.stop(), bundle: last?.bundlePath ?? '' };
}

/** What the steps themselves took, by their signed statements: inference, proof, FHE; no sealing, evidence or waiting. */
function bareWorkMs(bundlePath: string): number {
  const bundle = parseJsonStrict(readFileSync(bundlePath));
  const steps = isJsonObject(bundle) ? readContainer(bundle).steps : [];
  return steps.reduce((sum, step) => {
    const { metrics } = parseStepPredicate(statementOf(step).predicate);
    return sum + Number(metrics?.['runMs'] ?? 0);
  }, 0);
}

function sampleMemory(stack: RunningStack): { stop(): TreeMemory } {
  const postgres = Number(
    readFileSync(join(stack.installation.postgresHome, 'data/postmaster.pid'), 'utf8').split('\n')[0],
  );
  const roots = stack.processes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  let peak: TreeMemory = { rssBytes: 0, pssBytes: 0, processes: 0 };
  const sample = (): void => {
    const now = memoryOf(treeOf(roots, postgres));
    if (now.rssBytes > peak.rssBytes) peak = now;
  };
  sample();
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

function runFigures(runs: MeasuredRuns): Figure[] {
  const samples = runs.totalMs.length;
  const total = median(runs.totalMs);
  const bare = median(runs.bareMs);
  return [
    {
      name: 'credit run end to end, p50',
      value: total / 1000,
      unit: 's',
      target: 3,
      samples,
      note: 'appraise, seal, 6 tasks, settle, log, verify',
    },
    {
      name: 'credit run end to end, p95',
      value: quantile(runs.totalMs, 0.95) / 1000,
      unit: 's',
      samples,
      note: '',
    },
    {
      name: 'peer: the same steps bare, p50',
      value: bare / 1000,
      unit: 's',
      samples,
      note: 'inference, proof and FHE alone, same runs',
    },
    {
      name: 'ratio, run to bare steps',
      value: total / bare,
      unit: 'x',
      samples,
      note: 'price of durability, sealing and evidence',
    },
    {
      name: 'memory of all processes, peak RSS',
      value: runs.memory.rssBytes / MIB,
      unit: 'MiB',
      target: 1536,
      samples: 1,
      note: `${runs.memory.processes} processes, shared pages counted for each`,
    },
    {
      name: 'memory of all processes, PSS then',
      value: runs.memory.pssBytes / MIB,
      unit: 'MiB',
      samples: 1,
      note: 'shared pages counted once',
    },
  ];
}

await main(readArguments(process.argv.slice(2)));
