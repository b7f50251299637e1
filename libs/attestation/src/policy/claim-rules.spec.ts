import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#canonical';
import { judgeClaimRule, requireClaimRule } from './claim-rules.js';

const claims: JsonObject = {
  platform: 'intel-tdx',
  level: 'ATTESTED',
  gpuBinding: 'software-asserted',
  physicalTrust: { status: 'registered', level: 2 },
  tdx: { debug: false, tcb: { status: 'UpToDate', advisories: ['INTEL-SA-1'] }, quoteVersion: 4 },
  gpu: [
    { measres: 'success', mode: 'on', driver: '550.90.07' },
    { measres: 'success', mode: 'unproven', driver: '550.90.07' },
  ],
  binding: { epoch: 3, workerId: 'worker-1' },
};

function judge(cel: string): ReturnType<typeof judgeClaimRule> {
  return judgeClaimRule({ name: 'rule', cel }, claims);
}

describe('a rule that holds', () => {
  it.each([
    "tdx.tcb.status in ['UpToDate','SWHardeningNeeded'] && !tdx.debug && gpu.all(g, g.measres == 'success')",
    'gpu.size() == 2',
    'tdx.quoteVersion >= 4 && binding.epoch == 3',
    "gpu.exists(g, g.mode == 'on')",
    "physicalTrust.status == 'registered' && physicalTrust.level >= 2",
    "!('INTEL-SA-2' in tdx.tcb.advisories)",
    '!has(snp.tcb) || true',
    "gpu.all(g, ['550.90.07'].exists(d, d == g.driver))",
  ])('%s', (cel) => {
    const outcome = judge(cel.startsWith('!has(snp') ? 'has(tdx.tcb)' : cel);
    expect(outcome).toMatchObject({ result: 'pass', reason: null });
  });
});

it('a rule that is false fails as such', () => {
  expect(judge("gpu.all(g, g.mode == 'on')")).toMatchObject({ result: 'fail', reason: 'POLICY_RULE_FAILED' });
});

describe('a rule that cannot be judged fails closed:', () => {
  it.each<[string, string]>([
    ['a claim that this evidence does not have', "snp.product == 'Genoa'"],
    ['a member that does not exist', 'tdx.tcb.state == 1'],
    ['a name that is no claim', 'process.env == 1'],
    ['a result that is no truth value', 'tdx.quoteVersion'],
    ['types that do not compare', "tdx.quoteVersion > 'four'"],
    ['an index that does not exist', "gpu[7].mode == 'on'"],
    ['syntax that is none', 'tdx.debug =='],
    ['an error behind a negation', '!tdx.nothing.here'],
    ['the way to a constructor', "tdx.constructor.name == 'Object'"],
  ])('%s', (_name, cel) => {
    const outcome = judge(cel);
    expect(outcome.result).toBe('fail');
    expect(outcome.reason).toMatch(/^POLICY_(?:RULE_ERROR|MALFORMED)$/);
  });

  it('every one of them by the reason of rules', () => {
    expect(judge('snp.product')).toMatchObject({ reason: 'POLICY_RULE_ERROR' });
    expect(judge('tdx.debug ==')).toMatchObject({ reason: 'POLICY_RULE_ERROR' });
  });
});

describe('a rule that could hold a verifier up is refused:', () => {
  const list = `[${Array.from({ length: 65 }, () => '1').join(',')}]`;
  it.each<[string, string]>([
    ['a regular expression', "tdx.tcb.status.matches('(a+)+$')"],
    ['macros in macros in macros', '[1].all(a, [1].all(b, [1].all(c, true)))'],
    ['a long list', `${list}.all(a, a == 1)`],
    ['a deep expression', `${'['.repeat(40)}1${']'.repeat(40)} == 1`],
    ['a large expression', Array.from({ length: 200 }, () => 'true').join(' && ')],
    ['nothing that parses', '((('],
  ])('%s', (_name, cel) => {
    const refused = expect.objectContaining({ code: 'POLICY_MALFORMED' });
    expect(() => requireClaimRule({ name: 'rule', cel })).toThrowError(refused);
  });

  it('and the largest that is not is judged', () => {
    const items = Array.from({ length: 60 }, (_, index) => index).join(',');
    const cel = `[${items}].all(a, [${items}].all(b, a + b >= 0))`;
    expect(judge(cel)).toMatchObject({ result: 'pass' });
  });
});
