/**
 * Makes the golden bundles of a version: a stack of its own, runs of every end, and what the verifier of today says.
 * Existing folders are left alone.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SealflowClient, signCharter } from '#client';
import { encodeTrustFile, verifyBundle } from '#evidence';
import { inputsOf, makeApplications } from '../../apps/cli/src/demo/application.js';
import { planBuiltin, prepareRun } from '../../apps/cli/src/demo/credit-run.js';
import { makeParties, openingAccounts } from '../../apps/cli/src/demo/parties.js';
import { circuitManifestDigest, Installation } from '../../apps/cli/src/installation/installation.js';
import { type RunningStack, startStack } from '../../apps/cli/src/stack/stack.js';
import { type GoldenVerdict, goldenFolder } from './golden-bundles.js';

async function main(): Promise<void> {
  const [version] = process.argv.slice(2);
  if (version === undefined || !/^v[0-9]+(-[a-z]+)?$/.test(version)) {
    throw new Error('usage: npm run golden:make -- <folder>, e.g. v2');
  }
  const folder = join(goldenFolder, version);
  if (existsSync(folder)) throw new Error(`${folder}: is there already, and golden bundles never change`);
  const home = mkdtempSync(join(tmpdir(), 'sealflow-golden-'));
  const installation = Installation.open(home);
  const stack = await startStack(installation, () => undefined);
  try {
    const bundles = await runs(stack);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'trust.json'), encodeTrustFile(stack.trust));
    const expected: Record<string, GoldenVerdict> = {};
    for (const [name, bytes] of bundles) {
      const { exitCode, outcome, reason, run, steps } = await verifyBundle(bytes, stack.trust, { at: null });
      expected[name] = {
        exitCode,
        outcome,
        reason,
        status: run?.status ?? '',
        steps: steps.map(({ stepId, integrity, confidentiality }) => ({
          stepId,
          integrity,
          confidentiality,
        })),
      };
      writeFileSync(join(folder, `${name}.evidence.json.gz`), gzipSync(bytes, { level: 9 }));
      process.stdout.write(`${name}: ${bytes.length} bytes, ${outcome}\n`);
    }
    writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
  } finally {
    await stack.stop();
    rmSync(installation.postgresHome, { recursive: true, force: true });
    rmSync(home, { recursive: true, force: true });
  }
}

/** Bundles by name, one for each way in which a run can end. */
async function runs(stack: RunningStack): Promise<Map<string, Uint8Array>> {
  const client = new SealflowClient({
    target: stack.address.grpc,
    tenant: 'golden',
    trust: stack.trust,
    random: (count) => new Uint8Array(randomBytes(count)),
    now: () => Date.now(),
  });
  const parties = makeParties();
  const { ledger } = parties;
  const made = new Map<string, Uint8Array>();
  const opening = await planBuiltin(client, 'ledger-open', { open: { ledger } });
  const charter = signCharter({ ledger, accounts: openingAccounts(parties) }, parties.bankSeed);
  const opened = await client.create(await prepareRun(client, opening, { charter }));
  await opened.wait(() => undefined);
  made.set('ledger-opened', await opened.bundle());
  const approvers = [...stack.trust.approvers];
  const credit = await planBuiltin(client, 'credit', {
    review: { approvers },
    reserve: { ledger, manifest: circuitManifestDigest(), approvers },
    settle: { ledger },
  });
  const applications = makeApplications(parties, Date.now());
  for (const application of applications.filter(({ name }) => name !== 'reviewed')) {
    const run = await client.create(await prepareRun(client, credit, inputsOf(application)));
    await run.wait(() => undefined);
    made.set(application.name, await run.bundle());
  }
  const [first] = applications;
  if (first === undefined) throw new Error('no application');
  // The nullifier of the first application is spent.
  const again = await client.create(await prepareRun(client, credit, inputsOf(first)));
  await again.wait(() => undefined);
  made.set('spent', await again.bundle());
  // Waits for a person, and is cancelled meanwhile.
  const reviewed = applications.find(({ name }) => name === 'reviewed');
  if (reviewed === undefined) throw new Error('no application to review');
  const waiting = await client.create(await prepareRun(client, credit, inputsOf(reviewed)));
  await waiting.cancel('golden');
  await waiting.wait(() => undefined);
  made.set('cancelled', await waiting.bundle());
  client.close();
  return made;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  process.exitCode = 1;
});
