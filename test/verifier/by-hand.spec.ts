import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ecKeyPair } from '#attestation';
import { type JsonObject, toBase64Url, toHex, utf8 } from '#canonical';
import {
  attachTimestamps,
  parseLogProof,
  type Redaction,
  redactBundle,
  type TrustFile,
  verifyBundle,
} from '#evidence';
import { archiveFiles } from '../../apps/cli/src/export/archive.js';
import { tarGz } from '../../apps/cli/src/export/tar-file.js';
import { zipOf } from '../../apps/cli/src/export/zip-file.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { demoRun } from '../../libs/evidence/src/testing/demo-run.fixture.js';
import {
  evidenceOf,
  keysFile,
  stranger,
  type TokenChanges,
  tokenOf,
} from '../../libs/evidence/src/testing/other-verifier.fixture.js';
import { at, type OpenBundle, tampered } from '../../libs/evidence/src/testing/tamper.fixture.js';
import { TestAuthority } from '../../libs/evidence/src/testing/tsa.fixture.js';
import { type GoldenBundle, goldenBundle, goldenBundles, judgement } from '../golden/golden-bundles.js';
import { buildVerifier } from '../support/verifier-file.js';

/** The shell blocks of the document, run as they are printed. Names of skipped tests say what is absent. */
const has = (program: string, ...args: readonly string[]) => spawnSync(program, args).status === 0;
const steps =
  /OpenSSL [3-9]/.test(String(spawnSync('openssl', ['version']).stdout)) &&
  has('sha256sum', '--version') &&
  has('date', '-u', '-d', 'Nov 21 07:00:00 2026 GMT');
const folder = mkdtempSync(join(tmpdir(), 'sealflow-by-hand-'));
const golden = goldenBundle('v1/approved');

beforeAll(() => {
  buildVerifier(join(projectRoot, 'dist/verifier/sealflow-verify.mjs'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Judged = Pick<GoldenBundle, 'bytes' | 'trust'>;

interface Reader {
  readonly home: string;
  /** The shell blocks of the document in the archive, those of some sections where they are asked for. */
  readonly steps: (sections?: RegExp) => string;
}

/** An archive that was made of just this, so that the steps and not `sha256sum -c` meet what is wrong. */
async function unpackedFor({ bytes, trust }: Judged): Promise<Reader> {
  const verdict = await verifyBundle(bytes, trust, { at: null });
  const place = mkdtempSync(join(folder, 'reader-'));
  const files = archiveFiles({ bundle: bytes, trust, verdict });
  for (const file of files) {
    mkdirSync(dirname(join(place, file.name)), { recursive: true });
    writeFileSync(join(place, file.name), file.bytes);
  }
  const readme = files.find(({ name }) => name.endsWith('README-verify-by-hand.md'));
  if (readme === undefined) throw new Error('no README in the archive');
  const sections = new TextDecoder().decode(readme.bytes).split(/^(?=## )/m);
  const steps = (wanted = /^/): string =>
    sections
      .filter((section) => wanted.test(section))
      .flatMap((section) => [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block))
      .join('\n');
  return { home: join(place, dirname(readme.name)), steps };
}

function typed(home: string, script: string): { code: number | null; out: string } {
  const { status, stdout } = spawnSync('sh', [], {
    cwd: home,
    input: script,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
  });
  return { code: status, out: stdout };
}

async function byHand(judged: Judged): Promise<{ code: number | null; out: string }> {
  const { home, steps } = await unpackedFor(judged);
  return typed(home, steps());
}

/** The same text with one character of base64 replaced. */
function changed(base64: string, index = 4): string {
  const other = base64[index] === 'A' ? 'B' : 'A';
  return base64.slice(0, index) + other + base64.slice(index + 1);
}

function withLastBitFlipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return bytes.toString('base64');
}

function withKey(trust: TrustFile, key: string): TrustFile {
  return { ...trust, orchestratorKeys: [key] };
}

function stampedBy(authority: TestAuthority, data: Uint8Array, genTimeMs: number): Uint8Array {
  const token = authority.token({ data, genTimeMs });
  return attachTimestamps(golden.bytes, [
    { kind: 'rfc3161', over: 'checkpoint', digestAlg: 'sha256', token, chain: [], crls: [] },
  ]);
}

describe.skipIf(!steps)('the steps by hand, skipped without OpenSSL 3 and GNU tools', () => {
  it.each<[what: string, said: string, change: (bundle: OpenBundle) => void]>([
    [
      'a root statement that was edited',
      '',
      (bundle) => {
        const payload = Buffer.from(bundle.root.payload, 'base64').toString('utf8');
        bundle.root.payload = Buffer.from(payload.replace('"completed"', '"cancelled"')).toString('base64');
      },
    ],
    [
      'another signature of the root',
      '',
      (bundle) => {
        const [signature] = bundle.root.signatures;
        if (signature !== undefined) signature.sig = changed(signature.sig);
      },
    ],
    [
      'a log proof of another tree',
      'signed by an orchestrator',
      (bundle) => {
        const entry = at(bundle.log ?? [], 0);
        entry.proof = entry.proof.replace(/^[A-Za-z0-9+/]{43}=$/m, (hash) => changed(hash));
      },
    ],
    [
      'a checkpoint that the log did not sign',
      'is entry',
      (bundle) => {
        const entry = at(bundle.log ?? [], 0);
        entry.proof = entry.proof.replace(
          /^(— \S+ )(\S+)$/m,
          (_line, name, line) => name + changed(line, 20),
        );
      },
    ],
    [
      'a step with another salt',
      'signed by the log',
      (bundle) => {
        const proof = at(bundle.stepProofs, 2);
        proof.leafSalt = changed(proof.leafSalt);
      },
    ],
  ])('refuse %s', async (_what, passed, change) => {
    const { code, out } = await byHand({ bytes: tampered(golden.bytes, change), trust: golden.trust });
    expect(code).not.toBe(0);
    expect(out).toContain(passed);
    expect(out).not.toContain('steps are in the bundle');
  });

  it('refuse a bundle of an orchestrator that the trust file does not name', async () => {
    const trust = withKey(golden.trust, at(golden.trust.approvers, 0));
    const { code, out } = await byHand({ bytes: golden.bytes, trust });
    expect(code).not.toBe(0);
    expect(out).not.toContain('signed by an orchestrator');
  });

  // Of the second version one of each form: whole, carried on, cut down, and without what it waits for.
  const accepted =
    /^v1\/|^v2\/(ledger-opened|reviewed|renewed|approved-public|overdrawn-without-step|unstamped)$/;
  it.each(goldenBundles().filter(({ name }) => accepted.test(name)))('accept $name', async (bundle) => {
    const { code, out } = await byHand(bundle);
    expect(code).toBe(0);
    for (const said of [
      'bundle.evidence.json: OK',
      'OK: the root statement is signed by an orchestrator of the trust file',
      'OK: the root statement is entry',
      'OK: the checkpoint is signed by the log of the trust file',
      'steps are in the bundle, each in the tree',
    ]) {
      expect(out).toContain(said);
    }
    const { authorities = [] } = bundle.expected.asOf ?? {};
    expect(out.match(/^OK: the checkpoint existed at .* GMT$/gm) ?? []).toHaveLength(authorities.length);
    expect(out.includes('PENDING: the bundle has no timestamp')).toBe(authorities.length === 0);
  });

  it.each<[what: string, change: (bundle: OpenBundle) => void]>([
    [
      'of another run',
      (bundle) => {
        const later: OpenBundle = JSON.parse(new TextDecoder().decode(goldenBundle('v2/spent').bytes));
        bundle.timestamps = later.timestamps;
      },
    ],
    [
      'with a bit of their signatures flipped',
      (bundle) => {
        bundle.timestamps = bundle.timestamps.map((stamp) => ({
          ...(stamp as JsonObject),
          token: withLastBitFlipped(String((stamp as JsonObject)['token'])),
        }));
      },
    ],
  ])('refuse timestamps %s', async (_what, change) => {
    const { bytes, trust } = goldenBundle('v2/approved-public');
    const { code, out } = await byHand({ bytes: tampered(bytes, change), trust });
    expect(code).not.toBe(0);
    expect(out).toContain('steps are in the bundle, each in the tree');
    expect(out).not.toContain('OK: the checkpoint existed');
  });

  it('believe no authority that the trust file does not name', async () => {
    const { name, bytes, calls } = goldenBundle('v2/renewed-public');
    const heir = calls.find(({ trustFile }) => trustFile === 'trust-heir.json');
    const { trust } = judgement({ name }, at(heir === undefined ? [] : [heir], 0));
    const { code, out } = await byHand({ bytes, trust });
    expect(code).not.toBe(0);
    expect(out).not.toContain('OK: the checkpoint existed');
  });

  it.each<[what: string, steps: RegExp, redaction: Redaction | null]>([
    ['whole', /OK: ([0-9]+) of \1 steps/, null],
    ['without a step', /OK: ([0-9]+) of (?!\1)[0-9]+ steps/, { withhold: ['step:score'] }],
    ['as an outsider gets it', /OK: [0-9]+ of [0-9]+ steps/, { profile: 'public' }],
  ])('accept a bundle of today, %s', async (_what, disclosed, redaction) => {
    const { bytes, trust } = demoRun({ witnesses: 2 });
    const shown = redaction === null ? bytes : redactBundle(bytes, redaction);
    const { code, out } = await byHand({ bytes: shown, trust });
    expect(out).toMatch(disclosed);
    expect(out).toContain('OK: the checkpoint is signed by the log of the trust file');
    expect(code).toBe(0);
  });

  it('accept a timestamp of an authority of the trust file, whose certificate ran out since, and no other', async () => {
    let text = '';
    tampered(golden.bytes, (bundle) => {
      text = parseLogProof(at(bundle.log ?? [], 0).proof).note.text;
    });
    const stampedMs = Date.parse('2020-05-06T07:08:09Z');
    const authority = new TestAuthority('tsa.example', stampedMs);
    const trust: TrustFile = { ...golden.trust, timestampAuthorities: [authority.trusted], tsaQuorum: 1 };
    const good = await byHand({ bytes: stampedBy(authority, utf8(text), stampedMs), trust });
    expect(good.out).toContain('OK: the checkpoint existed at May  6 07:08:09 2020 GMT');
    expect(good.code).toBe(0);
    const stranger = new TestAuthority('stranger.example', stampedMs);
    for (const bytes of [
      stampedBy(stranger, utf8(text), stampedMs),
      stampedBy(authority, utf8(`${text}x`), stampedMs),
    ]) {
      const { code, out } = await byHand({ bytes, trust });
      expect(code).not.toBe(0);
      expect(out).not.toContain('OK: the checkpoint existed');
    }
  });
});

describe.skipIf(!steps)('what another verifier said, by hand, skipped as the steps are', () => {
  const demo = demoRun();
  const seen = evidenceOf(demo);
  let reader: Reader;
  beforeAll(async () => {
    reader = await unpackedFor(demo);
  });

  /** What the last steps say of a token, with what they need of those before; whatever that is, they end well. */
  const told = async (token: string, keys = keysFile()): Promise<string> => {
    writeFileSync(join(reader.home, 'token.jwt'), token);
    writeFileSync(join(reader.home, 'verifiers.json'), keys);
    const { code, out } = typed(reader.home, reader.steps(/^## [126]\./));
    expect(code, out).toBe(0);
    return out;
  };

  it('is nothing where nobody was asked', () => {
    expect(typed(reader.home, reader.steps()).out).toContain('NONE: nobody else was asked');
  });

  it.each<[what: string, said: string, changes: TokenChanges]>([
    ['without a signature', 'another algorithm', { header: { alg: 'none' } }],
    ['of another issuer', 'another issuer', { claims: { iss: 'https://other.example' } }],
    ['under a key that is not known', 'another key', { header: { kid: 'k2' } }],
    ['with another curve than its key has', 'a key of another curve', { header: { alg: 'ES384' } }],
    [
      'with an extension that must be understood',
      'the header has an extension',
      { header: { crit: ['exp'] } },
    ],
    ['signed with another key', 'the signature does not verify', { by: stranger }],
    ['about other evidence', 'no nonce', { claims: { eat_nonce: toHex(new Uint8Array(32)) } }],
    ['about no evidence', 'no nonce', { claims: { eat_nonce: null } }],
  ])('is not used where its token is %s', async (_what, said, changes) => {
    const out = await told(tokenOf(await seen, changes));
    expect(out).toContain(`NOT USED: ${said}`);
    expect(out).not.toContain('said this of hardware');
  });

  it('is not used where one character of what is signed was changed', async () => {
    const [head = '', body = '', signature = ''] = tokenOf(await seen).split('.');
    const claims = Buffer.from(body, 'base64url').toString().replace('contraindicated', 'affirming');
    const out = await told(`${head}.${Buffer.from(claims).toString('base64url')}.${signature}`);
    expect(out).toContain('NOT USED: the signature does not verify');
  });

  it.each<[string, (nonce: Uint8Array) => TokenChanges]>([
    ['base64url', () => ({})],
    ['hex, one of several', (nonce) => ({ claims: { eat_nonce: ['another', toHex(nonce)] } })],
  ])('is shown with its time and status where it names evidence as %s', async (_spelling, changes) => {
    const { nonce, atS } = await seen;
    const out = await told(`${tokenOf(await seen, changes(nonce))}\n`);
    expect(out).toContain('"ear_status":"contraindicated"\nOK: another said this of hardware in the bundle');
    const ends = spawnSync('date', ['-u', '-d', `@${atS + 3_600}`], { env: { LC_ALL: 'C.UTF-8' } });
    expect(out).toContain(`exp: ${ends.stdout}`);
  });

  it('is shown under a key on P-384 too', async () => {
    const by = ecKeyPair('P-384', (count) => new Uint8Array(randomBytes(count)));
    const [x, y] = [by.point.subarray(0, 48), by.point.subarray(48)].map(toBase64Url);
    const keys = keysFile({ crv: 'P-384', alg: 'ES384', x: x ?? '', y: y ?? '' });
    const out = await told(tokenOf(await seen, { by, header: { alg: 'ES384' } }), keys);
    expect(out).toContain('OK: another said this of hardware in the bundle');
  });
});

describe('an archive', () => {
  it('is the same bytes each time, in both forms, and another one for another bundle', async () => {
    const files = async ({ bytes, trust }: Judged) =>
      archiveFiles({ bundle: bytes, trust, verdict: await verifyBundle(bytes, trust, { at: null }) });
    const [first, again, other] = [
      await files(golden),
      await files(golden),
      await files(goldenBundle('v1/declined')),
    ];
    for (const form of [tarGz, zipOf]) {
      expect(Buffer.compare(form(first), form(again))).toBe(0);
      expect(Buffer.compare(form(first), form(other))).not.toBe(0);
    }
  });

  it.skipIf(!has('tar', '--version'))('unpacks with tar, skipped where it is absent', async () => {
    await unpacked('a.tar.gz', tarGz, ['tar', 'xzf', 'a.tar.gz']);
  });

  it.skipIf(!has('unzip', '-v'))('unpacks with unzip, skipped where it is absent', async () => {
    await unpacked('a.zip', zipOf, ['unzip', '-q', 'a.zip']);
  });
});

async function unpacked(name: string, form: typeof zipOf, command: readonly string[]): Promise<void> {
  const home = mkdtempSync(join(folder, 'unpack-'));
  const { bytes, trust } = golden;
  const files = archiveFiles({
    bundle: bytes,
    trust,
    verdict: await verifyBundle(bytes, trust, { at: null }),
  });
  writeFileSync(join(home, name), form(files));
  const [program = '', ...args] = command;
  const { status, stderr } = spawnSync(program, args, { cwd: home, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const file of files) {
    expect(Buffer.compare(readFileSync(join(home, file.name)), file.bytes)).toBe(0);
  }
}
