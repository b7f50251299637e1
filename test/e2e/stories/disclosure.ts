import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, parseJsonStrict } from '#canonical';
import { blobMediaTypes, parseStepPredicate, profileNames, readContainer, statementOf } from '#evidence';
import { sealflow } from '../sealflow-command.js';
import { TextSearch } from '../search.js';
import { runOf, settled, suite } from '../suite.js';

let folder: string;
let whole: string;
let trust: string;

function opened(path: string) {
  const document = parseJsonStrict(readFileSync(path));
  if (!isJsonObject(document)) throw new Error('no bundle');
  return readContainer(document);
}

async function redacted(profile: string): Promise<string> {
  const out = join(mkdtempSync(join(folder, 'for-')), `${profile}.evidence.json`);
  const { code, err } = await sealflow(['redact', whole, '--profile', profile, '--out', out]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

function verify(path: string, ...more: readonly string[]) {
  return sealflow(['verify', path, '--trust', trust, ...more]);
}

/** What the bundle of a run leaves out for whom, and what is left of it. */
export function disclosure(): void {
  beforeAll(async () => {
    await settled();
    folder = mkdtempSync(join(tmpdir(), 'sealflow-redact-'));
    whole = join(folder, 'whole.evidence.json');
    writeFileSync(whole, await runOf('approved').handle.bundle());
    trust = suite().stack.installation.trustPath;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('what executors signed about themselves and their evidence is in a whole bundle, and in no public one', async () => {
    const { steps, blobs } = opened(whole);
    const predicates = steps.map((step) => parseStepPredicate(statementOf(step).predicate));
    // With the marks of JSON around them: `tee-worker` and `authorize` alone are words of every policy and plan.
    const names = predicates.flatMap(({ executor, metrics }) => [
      JSON.stringify(executor.id),
      ...Object.keys(metrics ?? {}).map((name) => `"${name}":`),
    ]);
    const evidence = [...blobs.values()]
      .filter(({ mediaType }) => mediaType === blobMediaTypes.evidencePackage)
      .map(({ bytes }) => Buffer.from(bytes ?? []).toString('utf8'));
    const devices = evidence.flatMap((text) => text.match(/[A-Za-z0-9+/]{64}/g)?.slice(0, 1) ?? []);
    expect(devices.length).toBeGreaterThan(0);
    const search = new TextSearch([...new Set([...names, ...devices])]);
    expect(search.in(readFileSync(whole))).not.toEqual([]);
    expect(search.in(readFileSync(await redacted('public')))).toEqual([]);
  });

  it('a public bundle is incomplete by name, verified where that is accepted, and lists each part', async () => {
    const path = await redacted('public');
    const [strict, accepting] = await Promise.all([verify(path), verify(path, '--accept-withheld')]);
    expect(strict.code).toBe(3);
    expect(strict.out).toContain('what is here verifies');
    expect(accepting.code).toBe(0);
    for (const { out } of [strict, accepting]) {
      expect(out).toMatch(/withheld +step score: leaf \d+ of the step tree/);
      expect(out).toContain('withheld   field root tenant: digest in _sd');
      expect(out).toContain(blobMediaTypes.evidencePackage);
    }
    expect(accepting.out).toMatch(/score +zk\.groth16 +ASSERTED · OPERATOR_VISIBLE/);
  });

  it.each(profileNames.filter((name) => name !== 'public'))(
    'a bundle for %s verifies as it is',
    async (profile) => {
      const { code, out } = await verify(await redacted(profile));
      expect({ code, listed: out.includes('withheld   field') }).toEqual({
        code: 0,
        listed: profile !== 'internal',
      });
    },
  );

  describe('redact', () => {
    it.each<[string, number, readonly string[]]>([
      ['of nothing', 2, []],
      ['of a step that is not there', 2, ['--withhold', 'step:nobody']],
      ['for nobody', 2, ['--profile', 'everybody']],
    ])('%s is a mistake of the caller', async (_, expected, args) => {
      const { code, err } = await sealflow(['redact', whole, '--out', join(folder, 'never.json'), ...args]);
      expect({ code, said: err.length > 0 }).toEqual({ code: expected, said: true });
    });

    it('keeps a file that is there', async () => {
      const { code } = await sealflow(['redact', whole, '--profile', 'public', '--out', whole]);
      expect(code).toBe(7);
      expect(opened(whole).withheldSteps).toEqual([]);
    });
  });
}
