import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { worstExitCode } from '../../apps/cli/src/batch/verify-batch.js';
import build from '../support/build.js';
import { forgeries } from './forgeries.js';
import { type GoldenCall, goldenBundles, goldenTrustFile, plainTrustFile } from './golden-bundles.js';
import { type Answer, answerOf } from './golden-verdict.js';
import { canIsolate, Stranger } from './stranger.js';

/*
 * A stranger has the command line program, bundles and a trust file, and no network. Each test below is one process,
 * which must come to the right exit code for the right reason: over one file, and over folders of them.
 */
const stranger = new Stranger();
const FOLDER_MS = 180_000;

beforeAll(build);
afterAll(() => stranger.leave());

type Said = Parameters<typeof answerOf>[0];

/** One bundle, how it is judged, and what must come of it. */
interface Case {
  /** Words for the name of the test; the first names the version. */
  readonly of: string;
  readonly bytes: Uint8Array;
  readonly call: GoldenCall;
}

const calls: Case[] = goldenBundles().flatMap((golden) =>
  golden.calls.map((call) => ({ of: golden.name, bytes: golden.bytes, call })),
);
const forged: Case[] = forgeries.map(({ of, what, bytes, acceptWithheld, answer }) => ({
  of: `${of} ${what}`,
  bytes,
  call: { trustFile: plainTrustFile, trustUpdateFile: null, acceptWithheld, answer },
}));

function versionOf({ of }: Case): string {
  return of.split('/')[0] ?? '';
}

/** Cases that one process can judge. */
function folders(cases: readonly Case[]): [called: string, cases: Case[]][] {
  const groups = new Map<string, Case[]>();
  for (const each of cases) {
    const called = [
      versionOf(each),
      ...flagsOf(each)
        .slice(1)
        .map((flag) => basename(flag)),
    ].join(' ');
    groups.set(called, [...(groups.get(called) ?? []), each]);
  }
  return [...groups];
}

/** The first of each exit code and version. */
function oneOfEach(cases: readonly Case[]): Case[] {
  const seen = new Map(cases.map((each) => [`${versionOf(each)} ${each.call.answer.exitCode}`, each]));
  return [...seen.values()];
}

function flagsOf({ of, call }: Case): string[] {
  const file = (name: string): string => goldenTrustFile({ name: of }, name);
  return [
    ...['--json', '--trust', file(call.trustFile)],
    ...(call.trustUpdateFile === null ? [] : ['--trust-update', file(call.trustUpdateFile)]),
    ...(call.acceptWithheld ? ['--accept-withheld'] : []),
  ];
}

describe('the machine of a stranger', () => {
  it('ends what reaches out', async () => {
    const trust = goldenTrustFile({ name: 'v2/approved' }, plainTrustFile);
    const { code, error } = await stranger.sealflow(
      'log',
      'audit',
      'http://127.0.0.1:65000',
      '--trust',
      trust,
    );
    expect({ code, error }).toEqual({ code: 99, error: expect.stringContaining('REACHED OUT') });
  });

  it.skipIf(!canIsolate)('has no network interface that is up, skipped where unshare is absent', async () => {
    const shown = await stranger.node('--print', 'JSON.stringify(os.networkInterfaces())');
    expect(shown).toEqual({ code: 0, out: '{}\n', error: '' });
  });
});

describe('a stranger', () => {
  const single = oneOfEach([...forged, ...calls]);
  it.each(single)('is told of $of by the exit code: $call.answer', async (each) => {
    const file = stranger.lay('one', 'run.evidence.json', each.bytes);
    const { code, out, error } = await stranger.sealflow('verify', file, ...flagsOf(each));
    const said: Said = JSON.parse(out);
    expect({ code, answer: answerOf(said), error }).toEqual({
      code: each.call.answer.exitCode,
      answer: each.call.answer,
      error: '',
    });
  });

  it.each([
    ...folders(forged).map(([called, cases]) => [`forgeries of ${called}`, cases] as const),
    ...folders(calls).map(([called, cases]) => [`golden bundles of ${called}`, cases] as const),
  ])(
    'judges the %s rightly, each of them',
    async (called, cases) => {
      const folder = called.replaceAll(/[^a-z0-9]+/g, '-');
      const expected = new Map<string, { of: string; answer: Answer }>();
      for (const [index, { of, bytes, call }] of cases.entries()) {
        const file = stranger.lay(folder, `${index}.evidence.json`, bytes);
        expected.set(file, { of, answer: call.answer });
      }
      const [first] = cases;
      if (first === undefined) throw new RangeError('expected cases, got none');
      const place = join(stranger.folder, folder);
      const { code, out, error } = await stranger.sealflow('verify', place, ...flagsOf(first));
      const lines = out
        .trimEnd()
        .split('\n')
        .map((line): Said & { readonly file: string } => JSON.parse(line));
      const said = new Map(
        lines.map((line) => [line.file, { of: expected.get(line.file)?.of ?? '', answer: answerOf(line) }]),
      );
      expect(said).toEqual(expected);
      expect({ code, error }).toEqual({
        code: worstExitCode(cases.map(({ call }) => call.answer.exitCode)),
        error: '',
      });
    },
    FOLDER_MS,
  );
});
