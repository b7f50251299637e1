import { describe, expect, it } from 'vitest';
import { whatIf } from './what-if.js';

const trust = new TextEncoder().encode(JSON.stringify({ v: 'trust', policy: { old: true } }));
const question = { trust, before: { v: 1 }, after: { v: 2 }, runsMax: 50 };
const never = new AbortController().signal;

interface Body {
  readonly trustFile: string;
  readonly pageSize: number;
  readonly pageToken: string;
}

/** A server of `count` runs; `judge` says how a run fares under the policy of that version. */
function server(count: number, judge: (run: number, version: number) => object) {
  const asked: Body[] = [];
  const send = async <T>(_path: string, body: object): Promise<T> => {
    const { trustFile, pageSize, pageToken } = body as Body;
    asked.push(body as Body);
    const { policy } = JSON.parse(atob(trustFile)) as { policy: { v: number } };
    const from = Number(pageToken || 0);
    const to = Math.min(count, from + pageSize);
    const runs = Array.from({ length: to - from }, (_, at) => ({
      run: `runs/${from + at}`,
      ...judge(from + at, policy.v),
    }));
    return { runs, judgedCount: runs.length, nextPageToken: to < count ? String(to) : '' } as T;
  };
  return { send, asked };
}

const holds = { fate: 'HOLDS', outcome: 'verified' };

describe('a what-if', () => {
  it('finds the runs that the other policy judges otherwise, with both verdicts', async () => {
    const api = server(30, (run, version) =>
      version === 2 && run === 27 ? { fate: 'WOULD_FAIL', outcome: 'policy', reasons: ['X'] } : holds,
    );
    const found = await whatIf(api, question, () => undefined, never);
    expect({ judged: found.judged, more: found.more }).toEqual({ judged: 30, more: false });
    expect(found.differ).toEqual([
      {
        before: { run: 'runs/27', ...holds },
        after: { run: 'runs/27', fate: 'WOULD_FAIL', outcome: 'policy', reasons: ['X'] },
      },
    ]);
  });

  it('counts another reason for the same fate as another verdict, and another order of reasons as none', async () => {
    const api = server(2, (run, version) => ({
      fate: 'WOULD_FAIL',
      reasons: run === 0 ? ['A', 'B'].sort(() => (version === 1 ? 1 : -1)) : [`R${version}`],
    }));
    const { differ } = await whatIf(api, question, () => undefined, never);
    expect(differ.map(({ after }) => after.run)).toEqual(['runs/1']);
  });

  it('looks at no more runs than it was given, and says that there are more', async () => {
    const api = server(1_000, () => holds);
    const found = await whatIf(api, { ...question, runsMax: 30 }, () => undefined, never);
    expect({ judged: found.judged, more: found.more }).toEqual({ judged: 30, more: true });
    expect(api.asked.map(({ pageSize }) => pageSize)).toEqual([25, 5, 25, 5]);
  });

  it('keeps all of the trust file but its policy', async () => {
    const api = server(1, () => holds);
    await whatIf(api, question, () => undefined, never);
    expect(api.asked.map(({ trustFile }) => JSON.parse(atob(trustFile)))).toEqual([
      { v: 'trust', policy: { v: 1 } },
      { v: 'trust', policy: { v: 2 } },
    ]);
  });
});
