/**
 * Makes the golden bundles of a version: a stack of its own with a witness and timestamp authorities, runs of every end,
 * what others are shown of them, and what the verifier of today says. Existing folders are left alone.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ed25519PublicKey, toBase64 } from '#canonical';
import type { RunHandle } from '#client';
import { encodeTrustFile, type TrustFile, verifyBundle } from '#evidence';
import { Installation } from '../../apps/cli/src/installation/installation.js';
import { type RunningStack, startStack } from '../../apps/cli/src/stack/stack.js';
import { type GoldenEntry, goldenFolder, type OtherCall, plainTrustFile } from './golden-bundles.js';
import { type Bundles, GoldenRuns } from './golden-runs.js';
import { redacted, renewed } from './golden-variants.js';
import { answerOf, goldenVerdictOf } from './golden-verdict.js';
import { startWitness } from './golden-witness.js';
import { OpensslAuthority } from './openssl-authority.js';

const COMPLETE_MS = 60_000;

/** Who vouches for the time: two at once, and one who comes later. */
interface Authorities {
  readonly first: OpensslAuthority;
  readonly second: OpensslAuthority;
  readonly heir: OpensslAuthority;
}

async function main(): Promise<void> {
  const [version, ...wanted] = process.argv.slice(2);
  if (version === undefined || !/^v[0-9]+(-[a-z]+)?$/.test(version)) {
    throw new Error(
      'usage: npm run golden:make -- <folder> [<bundle>...], e.g. v2, or v2-repeated declined repeated',
    );
  }
  const folder = join(goldenFolder, version);
  if (existsSync(folder)) throw new Error(`${folder}: is there already, and golden bundles never change`);
  const home = mkdtempSync(join(tmpdir(), 'sealflow-golden-'));
  const installation = Installation.open(home);
  const witness = await startWitness(home);
  const authorities: Authorities = {
    first: await OpensslAuthority.start('tsa.example', 'P-256'),
    second: await OpensslAuthority.start('time.example', 'RSA'),
    heir: await OpensslAuthority.start('heir.example', 'P-384'),
  };
  const { first, second, heir } = authorities;
  process.env['SEALFLOW_WITNESSES'] = `${witness.url} ${witness.key}`;
  process.env['SEALFLOW_TSA_URLS'] = [first.url, second.url].join(',');
  process.env['SEALFLOW_TSA_CRL_URLS'] = [first.listUrl, second.listUrl].join(',');
  const stack = await startStack(installation, () => undefined);
  try {
    const trust: TrustFile = {
      ...stack.trust,
      witnesses: [witness.key],
      witnessQuorum: 1,
      timestampAuthorities: [first.trusted, second.trusted],
      tsaQuorum: 2,
    };
    const bundles = await bundlesOf(stack, trust, authorities);
    const names = wanted.length === 0 ? [...bundles.keys()] : wanted;
    await keep(folder, new Map(names.map((name) => [name, named(bundles, name)])), {
      [plainTrustFile]: trust,
      'trust-heir.json': {
        ...trust,
        witnesses: [],
        witnessQuorum: 0,
        timestampAuthorities: [heir.trusted],
        tsaQuorum: 1,
      },
      'trust-strict.json': strict(trust),
      'trust-stranger.json': {
        ...trust,
        orchestratorKeys: [toBase64(ed25519PublicKey(new Uint8Array(randomBytes(32))))],
      },
    });
  } finally {
    await stack.stop();
    await Promise.all([witness, first, second, heir].map((service) => service.stop()));
    rmSync(installation.postgresHome, { recursive: true, force: true });
    rmSync(home, { recursive: true, force: true });
  }
}

/** The same keys, by somebody who accepts neither simulated hardware nor dev circuits. */
function strict(trust: TrustFile): TrustFile {
  return {
    ...trust,
    policy: { ...trust.policy, allowSimulated: false },
    circuits: { ...trust.circuits, allowDev: false },
  };
}

/** Bundles by name: one for each way in which a run can end, and what is made of them later. */
async function bundlesOf(
  stack: RunningStack,
  trust: TrustFile,
  { first, second, heir }: Authorities,
): Promise<Bundles> {
  const runs = await GoldenRuns.open(stack, (name, run) => complete(name, run, trust));
  try {
    await runs.apply('approved', 'approved');
    await runs.review('reviewed', 'approve');
    await runs.review('refused', 'decline');
    await runs.cancel('cancelled');
    const declined = await runs.apply('declined', 'declined');
    await runs.apply('repeated', 'declined', declined);
    await runs.apply('overdrawn', 'overdrawn');
    // The nullifier of the first application is spent.
    await runs.apply('spent', 'approved');
    const { bundles } = runs;
    const log = `${stack.address.http}/log`;
    const once = await renewed(named(bundles, 'approved'), log, trust, heir);
    [first.away, second.away] = [true, true];
    await runs.apply('unstamped', 'declined');
    bundles.set('renewed', await renewed(once, log, trust, heir));
    return new Map([...bundles, ...redacted(bundles)]);
  } finally {
    runs.close();
  }
}

/** A bundle can be had before its tokens came; one that will never be complete is one of an authority that is away. */
async function complete(name: string, run: RunHandle, trust: TrustFile): Promise<Uint8Array> {
  for (const untilMs = Date.now() + COMPLETE_MS; ; ) {
    const bytes = await run.bundle();
    const { exitCode, reason } = await verifyBundle(bytes, trust, { at: null });
    if (exitCode === 0 || name === 'unstamped') return bytes;
    if (Date.now() > untilMs) throw new Error(`${name}: ${reason} after ${COMPLETE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** How the verifier is called besides. */
const otherCalls: Readonly<Record<string, readonly Omit<OtherCall, 'exitCode' | 'outcome' | 'reason'>[]>> = {
  approved: [
    { trust: 'trust-strict.json' },
    { trust: 'trust-stranger.json' },
    { trust: 'trust-heir.json' },
    { trustUpdate: 'trust-heir.json' },
    { trustUpdate: 'trust-strict.json' },
  ],
  renewed: [{ trust: 'trust-heir.json' }, { trustUpdate: 'trust-heir.json' }],
  'approved-public': [{ acceptWithheld: true }, { acceptWithheld: true, trust: 'trust-strict.json' }],
  'renewed-public': [{ acceptWithheld: true }, { acceptWithheld: true, trust: 'trust-heir.json' }],
  'overdrawn-without-step': [{ acceptWithheld: true }, { acceptWithheld: true, trust: 'trust-strict.json' }],
  'declined-without-fields': [{ acceptWithheld: true }],
};

async function keep(
  folder: string,
  bundles: Bundles,
  trusts: Readonly<Record<string, TrustFile>>,
): Promise<void> {
  const trustIn = (file: string): TrustFile => named(new Map(Object.entries(trusts)), file);
  const called = [...bundles.keys()].flatMap((name) => otherCalls[name] ?? []);
  const files = new Set([
    plainTrustFile,
    ...called.flatMap(({ trust = plainTrustFile, trustUpdate = plainTrustFile }) => [trust, trustUpdate]),
  ]);
  mkdirSync(folder, { recursive: true });
  for (const file of files) writeFileSync(join(folder, file), encodeTrustFile(trustIn(file)));
  const manifest: Record<string, GoldenEntry> = {};
  for (const [name, bytes] of bundles) {
    const verdict = await verifyBundle(bytes, trustIn(plainTrustFile), { at: null });
    const also: OtherCall[] = [];
    for (const call of otherCalls[name] ?? []) {
      const hindsight = call.trustUpdate === undefined ? {} : { hindsight: trustIn(call.trustUpdate) };
      const options = { at: null, acceptWithheld: call.acceptWithheld === true, ...hindsight };
      also.push({
        ...call,
        ...answerOf(await verifyBundle(bytes, trustIn(call.trust ?? plainTrustFile), options)),
      });
    }
    manifest[name] = { ...goldenVerdictOf(verdict), ...(also.length === 0 ? {} : { also }) };
    writeFileSync(join(folder, `${name}.evidence.json.gz`), gzipSync(bytes, { level: 9 }));
    process.stdout.write(`${name}: ${bytes.length} bytes, ${verdict.outcome} ${verdict.reason ?? ''}\n`);
  }
  writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function named<T>(entries: ReadonlyMap<string, T>, name: string): T {
  const found = entries.get(name);
  if (found === undefined)
    throw new RangeError(`nothing of the name ${name}: expected one of ${[...entries.keys()]}`);
  return found;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  process.exitCode = 1;
});
