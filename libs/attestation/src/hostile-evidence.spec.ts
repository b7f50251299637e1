import { describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import { boot, failures, flip, judge, pack } from './machine.fixture.js';

describe('hostile bytes', () => {
  it('that are no evidence package are a failed check and verdict none', () => {
    for (const text of ['', '{', 'null', '[]', '{"v":1}', '\u0000', `${'['.repeat(5000)}`]) {
      const appraisal = judge(utf8(text));
      expect(failures(appraisal.checks)).toEqual(['EVIDENCE_MALFORMED']);
      expect(appraisal).toMatchObject({ accepted: false, verdict: 'none', level: 'NONE', binding: null });
    }
  });

  it('leave the same rules in the same order as good ones', () => {
    const ids = (appraisal: ReturnType<typeof judge>): string[] => appraisal.checks.map(({ id }) => id);
    expect(ids(judge(utf8('{}')))).toEqual(ids(judge(boot())));
    const broken = { ...boot(), quote: new Uint8Array(5) };
    expect(ids(judge(broken))).toEqual(ids(judge(boot())));
  });

  it('are refused wherever one byte of the evidence is changed', () => {
    const machine = boot({ gpus: 1 });
    const evidence = pack(machine);
    expect(judge(evidence).accepted).toBe(true);
    for (let offset = 0; offset < evidence.length; offset += 41) {
      expect(judge(flip(evidence, offset)).accepted, `byte ${offset} of the package`).toBe(false);
    }
    for (let offset = 0; offset < machine.quote.length; offset += 23) {
      const changed = judge({ ...machine, quote: flip(machine.quote, offset) });
      expect(changed.accepted, `byte ${offset} of the quote`).toBe(false);
      expect(failures(changed.checks), `byte ${offset} of the quote`).not.toContain('VERIFIER_ERROR');
    }
  });

  it('are refused when the evidence is cut short anywhere', () => {
    const machine = boot();
    for (let length = 0; length < machine.quote.length; length += 97) {
      const { checks } = judge({ ...machine, quote: machine.quote.subarray(0, Math.max(length, 1)) });
      expect(failures(checks)).toContain('QUOTE_MALFORMED');
    }
  });
});
