import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeTrustFile } from '#evidence';
import { demoRun } from '../../libs/evidence/src/testing/demo-run.fixture.js';
import { evidenceOf, keysFile, tokenOf } from '../../libs/evidence/src/testing/other-verifier.fixture.js';
import { type GoldenBundle, goldenBundles, judgement } from '../golden/golden-bundles.js';
import { buildVerifier } from '../support/verifier-file.js';

/** What a stranger has: Node, this one file, a bundle and a trust file. */
const folder = mkdtempSync(join(tmpdir(), 'sealflow-stranger-'));
const bundles = goldenBundles();
let program: string;

beforeAll(() => {
  program = readFileSync(buildVerifier(join(folder, 'sealflow-verify.mjs')), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Without environment, and with a Node that lets it read nothing but its own folder and write or start nothing. */
function verifier(...args: readonly string[]): { code: number | null; out: string; error: string } {
  const confined = ['--permission', `--allow-fs-read=${folder}`, '--disable-warning=ExperimentalWarning'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...confined, 'sealflow-verify.mjs', ...args],
    { cwd: folder, env: {}, encoding: 'utf8' },
  );
  return { code: status, out: stdout, error: stderr };
}

function lay({ bytes, trust }: Pick<GoldenBundle, 'bytes' | 'trust'>): string[] {
  writeFileSync(join(folder, 'run.evidence.json'), bytes);
  writeFileSync(join(folder, 'trust.json'), encodeTrustFile(trust));
  return ['run.evidence.json', '--trust', 'trust.json'];
}

describe('the verifier as one file', () => {
  it('refuses a changed bundle, a stranger to the trust file and a wrong call by their exit codes', () => {
    const [golden] = bundles;
    if (golden === undefined) throw new Error('no golden bundle');
    const args = lay(golden);
    const changed = Buffer.from(golden.bytes).toString('utf8').replace('"leafSalt":"', '"leafSalt":"AAAA');
    writeFileSync(join(folder, 'changed.evidence.json'), changed);
    expect(verifier('verify', 'changed.evidence.json', ...args.slice(1)).code).not.toBe(0);
    expect(verifier('verify', 'run.evidence.json')).toMatchObject({ code: 5, out: '' });
    expect(verifier('verify', 'absent.evidence.json', ...args.slice(1)).code).toBe(7);
    expect(verifier('verify', '--network').code).toBe(2);
  });

  it.each(bundles)('gives $name the verdict that it had', (golden) => {
    const { expected } = golden;
    const { code, out } = verifier('verify', ...lay(golden), '--json');
    const { outcome, reason, steps } = JSON.parse(out);
    expect({ code, outcome, reason }).toEqual({
      code: expected.exitCode,
      outcome: expected.outcome,
      reason: expected.reason,
    });
    expect(steps).toMatchObject(expected.steps);
  });

  const withheld = bundles.flatMap((golden) =>
    golden.calls.filter(({ acceptWithheld }) => acceptWithheld).map((call) => ({ ...golden, call })),
  );
  it.each(withheld)('gives $name, whose gaps are accepted, the answer $call.answer', (golden) => {
    const { trust } = judgement(golden, golden.call);
    const { code, out } = verifier('verify', ...lay({ ...golden, trust }), '--json', '--accept-withheld');
    const { outcome, reason } = JSON.parse(out);
    expect({ exitCode: code, outcome, reason }).toEqual(golden.call.answer);
  });

  it.each(['v1', 'v2'])('verifies a folder of %s with threads of itself', (version) => {
    const verified = bundles.filter(
      ({ name, expected }) => name.startsWith(`${version}/`) && expected.exitCode === 0,
    );
    const place = join(folder, version);
    mkdirSync(place);
    for (const [index, golden] of verified.entries()) {
      lay(golden);
      writeFileSync(join(place, `${index}.evidence.json`), golden.bytes);
    }
    const { status, stdout } = spawnSync(
      process.execPath,
      ['sealflow-verify.mjs', 'verify', version, '--trust', 'trust.json'],
      { cwd: folder, env: {}, encoding: 'utf8' },
    );
    expect(stdout).toContain(`: ${verified.length} verified`);
    expect(status).toBe(0);
  });

  it.each([
    ['agrees', 'contraindicated'],
    ['DISAGREES', 'affirming'],
  ])('shows that another verifier %s, and exits as without it', async (word, status) => {
    const demo = demoRun();
    const args = lay(demo);
    writeFileSync(join(folder, 'token.jwt'), tokenOf(await evidenceOf(demo), { status }));
    writeFileSync(join(folder, 'verifiers.json'), keysFile());
    const alone = verifier('verify', ...args);
    const both = verifier('verify', ...args, '--corroborate', 'token.jwt', '--verifiers', 'verifiers.json');
    expect(both.out).toContain(`  ${word}`);
    expect(both.out).toContain(`another says ${status} of the hardware of `);
    expect(both.out.startsWith(alone.out.trimEnd())).toBe(true);
    expect(both.code).toBe(alone.code);
  });

  it('inspects and explains', () => {
    const [golden] = bundles;
    if (golden === undefined) throw new Error('no golden bundle');
    lay(golden);
    expect(verifier('inspect', 'run.evidence.json').out).toContain('nothing below is verified');
    expect(verifier('explain', 'LOG_INCLUSION_INVALID')).toMatchObject({ code: 0 });
  });

  it('holds nothing that loads more: no package, no native code, no WebAssembly, no network', () => {
    const imported = [...program.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, name = '']) => name);
    expect(imported.length).toBeGreaterThan(3);
    expect(imported.filter((name) => !builtinModules.includes(name.replace('node:', '')))).toEqual([]);
    const reaching = /^node:(net|http|https|http2|tls|dgram|dns|inspector|module|vm|ffi|sqlite|wasi)\b/;
    expect(imported.filter((name) => reaching.test(name))).toEqual([]);
    const code = program.replaceAll(/\/\*[\s\S]*?\*\//g, '');
    for (const word of [
      /\brequire\(/,
      /\bcreateRequire\b/,
      /\bimport\(/,
      /\.node['"]/,
      /\bWebAssembly\b/,
      /\bfetch\(/,
    ]) {
      expect(code).not.toMatch(word);
    }
  });

  it('is the same bytes each time it is built', () => {
    const again = buildVerifier(join(folder, 'again.mjs'));
    expect(readFileSync(again, 'utf8')).toBe(program);
  });

  it('carries the licences of what is in it', () => {
    for (const name of ['@noble/curves', '@noble/hashes', '@marcbachmann/cel-js', 'commander']) {
      expect(program).toContain(`\n${name} `);
    }
    expect(program.match(/Permission is hereby granted, free of charge/g)?.length).toBeGreaterThanOrEqual(3);
  });
});
