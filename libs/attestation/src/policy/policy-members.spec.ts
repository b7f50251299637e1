/** Every member of a policy: read back as written, refused when misspelt, refused with a value it cannot have. */
import { describe, expect, it } from 'vitest';
import { toBase64, toJson } from '#canonical';
import { policy } from '../machine.fixture.js';
import { appraisalPolicyDigest, parseAppraisalPolicy } from './appraisal-policy.js';

const hex = (bytes: number): string => 'ab'.repeat(bytes);
const key = toBase64(new Uint8Array(32));
const tcb = { bootloader: 4, tee: 0, snp: 22, microcode: 213 };

/** Group, member, a value it may have, one it may not. */
const members: readonly (readonly [string, string, unknown, unknown])[] = [
  ['', 'tier', 'standard', 'paranoid'],
  ['', 'platforms', ['intel-tdx', 'amd-sev-snp'], ['arm-cca']],
  ['tdx', 'tcbStatuses', ['UpToDate', 'OutOfDate'], ['Revoked']],
  ['tdx', 'graceDays', 30, -1],
  ['tdx', 'forbiddenAdvisories', ['INTEL-SA-00960'], [1]],
  ['tdx', 'minTcbEvaluationDataNumber', 17, '17'],
  ['tdx', 'septVeDisable', false, 'no'],
  ['tdx', 'relaunch', 'refuse', 'maybe'],
  ['tdx', 'eventLog', true, 1],
  ['tdx', 'rtmrs', { rtmr0: [hex(48)], rtmr3: [] }, { rtmr4: [] }],
  ['tdx', 'mrConfigId', [hex(48)], [hex(32)]],
  ['tdx', 'fmspcs', [hex(6)], [hex(5)]],
  ['tdx', 'allowedPpids', [hex(16)], ['AB'.repeat(16)]],
  ['snp', 'products', ['Genoa', 'Turin'], ['Rome']],
  ['snp', 'signers', ['VLEK'], ['ARK']],
  ['snp', 'minTcb', { Genoa: tcb, Turin: { ...tcb, fmc: 1 } }, { Genoa: { snp: 22 } }],
  ['snp', 'minTcb', { Milan: tcb }, { Milan: { ...tcb, fmc: 1 } }],
  ['snp', 'policyBits', { smt: false, ciphertextHiding: true }, { debug: true }],
  ['snp', 'platformInfo', { tsme: true, aliasCheckComplete: true }, { alias: true }],
  ['snp', 'vmpl', 1, 4],
  ['snp', 'allowedChipIds', [hex(64)], [hex(32)]],
  ['snp', 'hostData', [hex(32)], [hex(64)]],
  ['snp', 'idKeyDigests', [hex(48)], ['']],
  ['snp', 'authorKeyDigests', [hex(48)], hex(48)],
  ['snp', 'cspIds', ['AWS'], [null]],
  ['snp', 'minGuestSvn', 2, 2 ** 32],
  ['gpu', 'count', 8, 17],
  ['gpu', 'mode', 'on', 'devtools'],
  ['gpu', 'drivers', ['550.90.07'], [550]],
  ['gpu', 'vbios', ['96.00.9F.00.01'], ['']],
  ['gpu', 'fwidAbsent', 'refuse', 'allow'],
  ['gpu', 'ocspAgeMsMax', 86_400_000, 1.5],
  ['gpu', 'allowedUeids', ['46001'], ['0x1f']],
  ['gpu', 'bindingMin', 'software-asserted', 'hardware'],
  ['', 'machines', [{ platform: hex(64), ueids: ['7'] }], [{ platform: hex(64), ueids: ['7', '7'] }]],
  ['', 'machines', [{ platform: hex(16), ueids: [] }], [{ platform: hex(20), ueids: [] }]],
  ['revocation', 'crlAgeMsMax', 3_600_000, 0],
  ['revocation', 'mode', 'required', 'optional'],
  ['physicalTrust', 'registryKeys', [key], ['AA==']],
  ['physicalTrust', 'minimum', 'registered', 'any'],
  ['physicalTrust', 'levelMin', 2, 4],
  ['physicalTrust', 'sequenceMin', 9, -1],
  ['', 'rules', [{ name: 'a', cel: 'tdx.debug == false' }], [{ name: 'a', cel: 'tdx.debug ==' }]],
];

const needed: Readonly<Record<string, object>> = {
  gpu: { required: false },
  revocation: { mode: 'required' },
  physicalTrust: { registryKeys: [key], minimum: 'registered' },
};

function withMember(group: string, member: string, value: unknown): Record<string, unknown> {
  const base = { ...policy, allowSimulated: false };
  return group === ''
    ? { ...base, [member]: value }
    : { ...base, [group]: { ...needed[group], [member]: value } };
}

describe('a policy member', () => {
  it.each(members)('%s.%s reads back and changes the digest', (group, member, value) => {
    const json = withMember(group, member, value);
    const parsed = parseAppraisalPolicy(toJson(json));
    expect(parsed).toEqual(json);
    const { [group === '' ? member : group]: _, ...without } = json;
    const base = parseAppraisalPolicy(
      toJson(group === 'gpu' ? { ...without, gpu: { required: true } } : without),
    );
    expect(appraisalPolicyDigest(parsed)).not.toBe(appraisalPolicyDigest(base));
  });

  it.each(members)('%s.%s is refused when misspelt', (group, member, value) => {
    expect(() => parse(withMember(group, `${member}s_`, value))).toThrowError(malformed);
  });

  it.each(members)('%s.%s is refused with a value it cannot have', (group, member, _value, wrong) => {
    expect(() => parse(withMember(group, member, wrong))).toThrowError(malformed);
  });

  it.each(['tdx', 'snp', 'revocation', 'physicalTrust', 'machines', 'rules', 'gpu'])(
    '%s is refused when it is no group',
    (group) => {
      expect(() => parse({ ...policy, [group]: 'all' })).toThrowError(malformed);
    },
  );
});

describe('a policy', () => {
  it('of the first days keeps its digest', () => {
    expect(appraisalPolicyDigest(parseAppraisalPolicy(toJson(policy)))).toBe(appraisalPolicyDigest(policy));
    expect(Object.keys(parseAppraisalPolicy(toJson(policy))).sort()).toEqual(Object.keys(policy).sort());
  });

  const contradictions: readonly [string, object][] = [
    ['strict that allows simulated hardware', { tier: 'strict', allowSimulated: true }],
    ['standard that allows simulated hardware', { tier: 'standard', allowSimulated: true }],
    [
      'strict that only reports what is missing',
      { tier: 'strict', allowSimulated: false, revocation: { mode: 'report' } },
    ],
    ['without a tier that only reports what is missing', { revocation: { mode: 'report' } }],
    [
      'that names a rule twice',
      {
        rules: [
          { name: 'a', cel: 'true' },
          { name: 'a', cel: 'false' },
        ],
      },
    ],
    [
      'whose measurement says more than it may',
      { measurements: [{ ...policy.measurements[0], agent: true }] },
    ],
    [
      'whose measurement is of no platform',
      { measurements: [{ ...policy.measurements[0], platform: 'tdx' }] },
    ],
    ['with a registry entry in upper case', { machines: [{ platform: 'AB'.repeat(64), ueids: [] }] }],
  ];

  it.each(contradictions)('%s is malformed', (_name, change) => {
    expect(() => parse({ ...policy, ...change })).toThrowError(malformed);
  });
});

const malformed = expect.objectContaining({ code: 'POLICY_MALFORMED' });

function parse(value: object): unknown {
  return parseAppraisalPolicy(toJson(value));
}
