import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulationAuthority, simulatedRoots } from '#attestation';
import { ed25519PublicKey, type JsonObject, toBase64 } from '#canonical';
import {
  blobMediaTypes,
  encodeTrustFile,
  formatVerifierKey,
  noteKeyTypes,
  noteVerifierKey,
  type TrustFile,
} from '#evidence';
import { sealflow } from '../sealflow-command.js';
import { runOf, settled, suite } from '../suite.js';

const STACK_TRACE = /^ {4}at |node_modules|\.js:\d/m;
let folder: string;
let bundle: Buffer;
let trust: string;

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The bundle with one place of its JSON changed. */
function edited(name: string, change: (document: Record<string, JsonObject & never>) => void): string {
  const document = JSON.parse(bundle.toString('utf8')) as Record<string, JsonObject & never>;
  change(document);
  return file(name, JSON.stringify(document));
}

function trusting(name: string, change: (file: TrustFile) => Partial<TrustFile>): string {
  const own = suite().stack.trust;
  return file(name, encodeTrustFile({ ...own, ...change(own) }));
}

const random = (n: number): Uint8Array => crypto.getRandomValues(new Uint8Array(n));

/** `sealflow verify`: the exit code is the verdict, on files that are bundles and on files that are not. */
export function verifyCommand(): void {
  beforeAll(async () => {
    await settled();
    folder = mkdtempSync(join(tmpdir(), 'sealflow-verify-'));
    bundle = Buffer.from(await runOf('approved').handle.bundle());
    file('good.evidence.json', bundle);
    trust = suite().stack.installation.trustPath;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.concurrent('verify', () => {
    it('exits with 0 under the trust file that accepts simulated hardware, and says SIMULATED', async () => {
      const { code, out, err } = await sealflow([
        'verify',
        join(folder, 'good.evidence.json'),
        '--trust',
        trust,
      ]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/VERIFIED/i);
      expect(out).toMatch(/SIMULATED/);
      expect(out).toMatch(/not proven/i);
    });

    it('exits with 4 under the production trust file, also without --trust', async () => {
      const path = join(folder, 'good.evidence.json');
      const production = suite().stack.installation.productionTrustPath;
      const ends = await Promise.all([
        sealflow(['verify', path, '--trust', production]),
        sealflow(['verify', path]),
      ]);
      for (const { code, out } of ends) {
        expect(code).toBe(4);
        expect(out).toMatch(/SIMULATED_HARDWARE/);
      }
    });

    it('prints the verdict as one JSON document when asked', async () => {
      const { code, out } = await sealflow([
        'verify',
        join(folder, 'good.evidence.json'),
        '--trust',
        trust,
        '--json',
      ]);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({
        outcome: 'verified',
        exitCode: 0,
        run: { id: runOf('approved').runId },
      });
    });
  });

  describe.concurrent('verify of many bundles', () => {
    const many = (): string => {
      const below = mkdtempSync(join(folder, 'many-'));
      mkdirSync(join(below, 'more'));
      writeFileSync(join(below, 'good.evidence.json'), bundle);
      writeFileSync(join(below, 'more', 'packed.evidence.json.gz'), gzipSync(bundle));
      writeFileSync(join(below, 'more', 'notes.txt'), 'no bundle');
      return below;
    };

    it('takes folders with everything below them, packed or not, and nothing else', async () => {
      const { code, out } = await sealflow(['verify', many(), '--trust', trust]);
      expect(code).toBe(0);
      expect(out.match(/^VERIFIED .*SIMULATED$/gm)).toHaveLength(2);
      expect(out).toMatch(/2 bundles in [0-9.]+ s: 2 verified/);
    });

    it('ends with the code of the worst, and says it in JUnit and in JSON lines', async () => {
      const below = many();
      const changed = Buffer.from(bundle.toString('utf8').replace('"steps"', '"stepz"'));
      writeFileSync(join(below, 'changed.evidence.json'), changed);
      const junit = join(below, 'verdicts.xml');
      const args = ['verify', below, join(below, 'absent.json'), '--trust', trust];
      const { code, out } = await sealflow([...args, '--json', '--junit', junit]);
      expect(code).toBe(7);
      const lines = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { file: string; exitCode: number });
      expect(lines.map(({ exitCode }) => exitCode).sort()).toEqual([0, 0, 7, 7]);
      expect(readFileSync(junit, 'utf8')).toContain('tests="4" failures="2"');
    });

    it('refuses a folder without bundles, and a packed file that has no end', async () => {
      const empty = mkdtempSync(join(folder, 'empty-'));
      const bomb = file('bomb.evidence.json.gz', gzipSync(Buffer.alloc(17 * 1024 * 1024)));
      const ends = await Promise.all([
        sealflow(['verify', empty, '--trust', trust]),
        sealflow(['verify', bomb, '--trust', trust]),
      ]);
      expect(ends.map(({ code }) => code)).toEqual([7, 7]);
      expect(ends[0]?.err).toContain('found none');
      expect(ends[1]?.err).toContain('more than 16777216 bytes');
    });

    it('prints nothing when it is told to be quiet', async () => {
      expect(await sealflow(['verify', many(), '--trust', trust, '-q'])).toEqual({
        code: 0,
        out: '',
        err: '',
      });
    });
  });

  describe.concurrent('verify of a bundle', () => {
    it.each<[what: string, code: number, reason: RegExp, make: () => string]>([
      [
        'whose decision was changed',
        1,
        /DISCLOSURE_UNUSED/,
        () =>
          edited('changed.json', (document) => {
            const disclosures = document['disclosures'] as unknown as string[];
            const changed = disclosures.map((text) => {
              const opened = Buffer.from(text, 'base64url')
                .toString('utf8')
                .replace('"approve"', '"decline"');
              return Buffer.from(opened, 'utf8').toString('base64url');
            });
            disclosures.splice(0, disclosures.length, ...changed);
          }),
      ],
      [
        'without a blob that it names',
        3,
        /BLOB_MISSING|BLOB_DETACHED/,
        () =>
          edited('missing.json', (document) => {
            const blobs = document['blobs'] as unknown as Record<string, { mediaType: string }>;
            const [policy] = Object.entries(blobs).filter(
              ([, { mediaType }]) => mediaType === blobMediaTypes.appraisalPolicy,
            );
            delete blobs[policy?.[0] ?? ''];
          }),
      ],
      [
        'of a later version',
        6,
        /BUNDLE_VERSION_UNSUPPORTED/,
        () =>
          file(
            'version.json',
            bundle.toString('utf8').replace('evidence-bundle.v1+json', 'evidence-bundle.v9+json'),
          ),
      ],
      ['that was cut', 7, /JSON_SYNTAX/, () => file('cut.json', bundle.subarray(0, bundle.length / 2))],
      [
        'with a name given twice',
        7,
        /JSON_DUPLICATE_KEY/,
        () => file('twice.json', `{"root":1,${bundle.toString('utf8').slice(1)}`),
      ],
      [
        'with a float',
        7,
        /JSON_FLOAT/,
        () => file('float.json', `{"x":1.5,${bundle.toString('utf8').slice(1)}`),
      ],
      ['of another format', 7, /BUNDLE_MEDIA_TYPE_UNKNOWN/, () => file('other.json', '{"hello":"world"}')],
      ['of no bytes', 7, /JSON_SYNTAX/, () => file('empty.json', '')],
      ['that is noise', 7, /JSON_/, () => file('noise.json', random(5_000))],
    ])('%s exits with %i and one reason', async (_what, code, reason, make) => {
      const ended = await sealflow(['verify', make(), '--trust', trust]);
      expect({ code: ended.code, err: ended.err }).toEqual({ code, err: '' });
      expect(ended.out).toMatch(reason);
      expect(ended.out).not.toMatch(STACK_TRACE);
    });
  });

  describe.concurrent('verify of what is no bundle', () => {
    it.each<[what: string, code: number, line: RegExp, args: () => string[]]>([
      [
        'a file of 100 MB',
        7,
        /expected at most \d+ bytes, got 100000000/,
        () => {
          const path = file('huge.json', '');
          truncateSync(path, 100_000_000);
          return [path];
        },
      ],
      ['a folder without bundles', 7, /found none/, () => [mkdtempSync(join(folder, 'none-'))]],
      [
        'a packed file that is broken',
        7,
        /expected a compressed bundle, got broken data/,
        () => [file('zipped.json', Uint8Array.of(0x1f, 0x8b, 8, 0))],
      ],
      ['a device', 7, /expected a file, got a device/, () => ['/dev/zero']],
      ['nothing', 7, /expected a readable file, got ENOENT/, () => [join(folder, 'nowhere.json')]],
      ['a bundle without a file name', 2, /missing required argument/, () => []],
      [
        'a bundle with an option that nobody knows',
        2,
        /unknown option/,
        () => [join(folder, 'good.evidence.json'), '--truth'],
      ],
      [
        'a bundle at a time that is none',
        2,
        /--at/,
        () => [join(folder, 'good.evidence.json'), '--at', 'yesterday'],
      ],
    ])('%s exits with %i and one clear line', async (_what, code, line, args) => {
      const ended = await sealflow(['verify', ...args(), '--trust', trust]);
      expect({ code: ended.code, out: ended.out }).toEqual({ code, out: '' });
      expect(ended.err).toMatch(line);
      expect(ended.err).not.toMatch(STACK_TRACE);
      if (code !== 2) expect(ended.err.trimEnd().split('\n')).toHaveLength(1);
    });
  });

  describe.concurrent('verify under a trust file', () => {
    it.each<[what: string, code: number, line: RegExp, make: () => string]>([
      ['that is not there', 5, /expected a readable file, got ENOENT/, () => join(folder, 'nowhere.json')],
      ['that is a folder', 5, /got a folder/, () => folder],
      ['that is a bundle', 5, /trust file/, () => join(folder, 'good.evidence.json')],
      ['that was cut', 5, /trust file: /, () => file('trust-cut.json', readFileSync(trust).subarray(0, 200))],
      [
        'with a rule that nobody knows',
        5,
        /trust file: .*quorum/,
        () => file('trust-extra.json', readFileSync(trust, 'utf8').replace('"v":', '"quorum":1,"v":')),
      ],
      [
        'of another orchestrator',
        5,
        /ORCHESTRATOR_KEY_UNKNOWN/,
        () =>
          trusting('trust-key.json', () => ({ orchestratorKeys: [toBase64(ed25519PublicKey(random(32)))] })),
      ],
      [
        'of another log',
        5,
        /LOG_UNKNOWN/,
        () =>
          trusting('trust-log.json', () => {
            const origin = 'example.com/log';
            const vkey = noteVerifierKey(origin, noteKeyTypes.ed25519, ed25519PublicKey(random(32)));
            return { log: { origin, vkey: formatVerifierKey(vkey) } };
          }),
      ],
      [
        'of other hardware roots',
        5,
        /UNKNOWN_ISSUER/,
        () =>
          trusting('trust-roots.json', ({ roots }) => ({
            roots: { ...roots, ...simulatedRoots(createSimulationAuthority(random, Date.now())) },
          })),
      ],
    ])('%s exits with %i and says why', async (_what, code, line, make) => {
      const ended = await sealflow(['verify', join(folder, 'good.evidence.json'), '--trust', make()]);
      expect(ended.code).toBe(code);
      expect(ended.out + ended.err).toMatch(line);
      expect(ended.out + ended.err).not.toMatch(STACK_TRACE);
    });

    it('of an installation that is not there exits with 5, says what to do, and installs nothing', async () => {
      const home = join(folder, 'home');
      mkdirSync(home);
      const ended = await sealflow(['verify', join(folder, 'good.evidence.json')], home);
      expect({ code: ended.code, out: ended.out }).toEqual({ code: 5, out: '' });
      expect(ended.err).toMatch(/--trust FILE/);
      expect(readdirSync(home)).toEqual([]);
    });
  });

  describe.concurrent('inspect', () => {
    it('shows a bundle without believing it, and refuses what is none', async () => {
      const [shown, refused] = await Promise.all([
        sealflow(['inspect', join(folder, 'good.evidence.json')]),
        sealflow(['inspect', folder]),
      ]);
      expect(shown.code).toBe(0);
      expect(shown.out).toMatch(/nothing below is verified/);
      expect(refused).toMatchObject({ code: 7, out: '' });
    });
  });
}
