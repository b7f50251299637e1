import { describe, expect, it } from 'vitest';
import { isJsonObject, parseJsonStrict } from '#canonical';
import { readContainer, verifyBundle } from '#evidence';
import { type GoldenBundle, goldenBundle, goldenBundles, judgement } from './golden-bundles.js';
import { answerOf, goldenVerdictOf } from './golden-verdict.js';

/** Bundles are kept for years: whatever this code becomes, it must come to the same verdict on every old one. */
describe('a bundle that was written by an earlier version', () => {
  const bundles = goldenBundles();
  const calls = bundles.flatMap(({ calls: made, ...golden }) =>
    made.map((call) => ({ golden, call, named: `${golden.name} ${called(call)}` })),
  );

  it.each(['v1', 'v2'])('of %s is there to be verified, for runs of every end', (version) => {
    const ends = bundles
      .filter(({ name }) => name.startsWith(`${version}/`))
      .map(({ expected }) => expected.status);
    expect([...new Set(ends)].sort()).toEqual(['cancelled', 'completed', 'failed', 'rejected']);
  });

  it('is there with timestamps, renewals and parts that are withheld, and for every word of a verdict about it', () => {
    expect(bundles.filter(({ expected }) => expected.asOf?.authorities.length === 2)).not.toEqual([]);
    expect(bundles.filter(({ bytes }) => membersOf(bytes).includes('renewals'))).not.toEqual([]);
    const withheld = bundles.flatMap(({ expected }) => expected.withheld ?? []);
    expect([...new Set(withheld.map((part) => part.split(' ')[0]))].sort()).toEqual([
      'appraisal',
      'blob',
      'field',
      'step',
    ]);
    const outcomes = new Set(calls.map(({ call }) => call.answer.outcome));
    expect([...outcomes].sort()).toEqual(['incomplete', 'policy', 'trust-root', 'verified']);
  });

  it('is there as a run that names the evidence of the one it repeats', async () => {
    const [before, after] = ['v2-repeated/declined', 'v2-repeated/repeated'].map(goldenBundle);
    const root = before === undefined ? null : rootOf(before.bytes).digest;
    expect(after === undefined ? null : previousRunIn(after.bytes)).toBe(root);
  });

  it.each(calls)('$named: the same answer', async ({ golden, call }) => {
    const { trust, options } = judgement(golden, call);
    expect(answerOf(await verifyBundle(golden.bytes, trust, options))).toEqual(call.answer);
  });

  it.each(bundles)('$name still has its verdict, and each check says what it said', async (golden) => {
    const { trust, expected, bytes } = golden;
    const now = goldenVerdictOf(await verifyBundle(bytes, trust, { at: null }));
    const { checks: were = {}, ...verdict } = expected;
    expect(now).toMatchObject(verdict);
    // A later version may look at more, and never at less.
    const said = saidBy(now.checks);
    for (const [id, before] of saidBy(were)) expect(`${id}: ${said.get(id)}`).toBe(`${id}: ${before}`);
  });
});

function saidBy(checks: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    Object.entries(checks).flatMap(([said, ids]) => ids.split(' ').map((id): [string, string] => [id, said])),
  );
}

function membersOf(bytes: Uint8Array): string[] {
  return Object.keys(JSON.parse(new TextDecoder().decode(bytes)) as object);
}

function rootOf(bytes: Uint8Array) {
  const document = parseJsonStrict(bytes);
  return isJsonObject(document) ? readContainer(document).root : expect.fail('no bundle');
}

/** The run before is a member that can be withheld: it stands among the disclosures. */
function previousRunIn(bytes: Uint8Array): unknown {
  const { disclosures }: { disclosures: string[] } = JSON.parse(new TextDecoder().decode(bytes));
  const opened = disclosures.map((text) => JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  return opened.find(([, name]) => name === 'previousRun')?.[2];
}

function called({ trustFile, trustUpdateFile, acceptWithheld }: GoldenBundle['calls'][number]): string {
  const update = trustUpdateFile === null ? '' : `, later ${trustUpdateFile}`;
  return `under ${trustFile}${update}${acceptWithheld ? ', what is withheld accepted' : ''}`;
}
