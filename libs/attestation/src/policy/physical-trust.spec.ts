import { describe, expect, it } from 'vitest';
import { canonicalBytes, ed25519PublicKey, ed25519Sign, type JsonObject, toBase64, utf8 } from '#canonical';
import { CheckList } from '../check-list.js';
import { failures } from '../machine.fixture.js';
import { piece } from '../whole-machine.fixture.js';
import { judgePhysicalTrust, type PhysicalInput } from './physical-trust.js';
import { platformRegistryMessage, readPlatformRegistry } from './platform-registry.js';

const seed = new Uint8Array(32).fill(7);
const otherSeed = new Uint8Array(32).fill(8);
const chip = 'ab'.repeat(64);
const key = toBase64(ed25519PublicKey(seed));

function entry(changes: JsonObject = {}): JsonObject {
  return { platform: chip, operator: 'Example', site: 'Berlin', level: 2, status: 'registered', ...changes };
}

function registry(entries: readonly JsonObject[], changes: JsonObject = {}, signer = seed): Uint8Array {
  const unsigned = {
    v: 'sealflow/platform-registry/v1',
    sequence: 5,
    previous: null,
    entries,
    key: toBase64(ed25519PublicKey(signer)),
    ...changes,
  };
  const signature = toBase64(ed25519Sign(signer, platformRegistryMessage(unsigned)));
  return canonicalBytes({ ...unsigned, signature });
}

function judge(
  registries: readonly Uint8Array[],
  changes: Partial<PhysicalInput> = {},
): { readonly trust: unknown; readonly reasons: readonly (string | null)[] } {
  const list = new CheckList();
  const trust = judgePhysicalTrust(list, {
    rules: { registryKeys: [key], minimum: 'registered', levelMin: 2 },
    machines: undefined,
    collateral: registries.map((bytes) => piece('platform-registry', bytes)),
    platformIds: [chip],
    ueids: [],
    ...changes,
  });
  return { trust, reasons: failures(list.checks) };
}

describe('a machine', () => {
  it('that a registry names is registered at its level', () => {
    const { trust, reasons } = judge([registry([entry()])]);
    expect(reasons).toEqual([]);
    expect(trust).toEqual({ status: 'registered', level: 2, operator: 'Example', site: 'Berlin' });
  });

  const refused: readonly [string, readonly Uint8Array[], readonly string[]][] = [
    ['that nobody names', [], ['PHYSICAL_TRUST_INSUFFICIENT']],
    [
      'other than those that are named',
      [registry([entry({ platform: 'cd'.repeat(64) })])],
      ['PHYSICAL_TRUST_INSUFFICIENT'],
    ],
    ['below the level', [registry([entry({ level: 1 })])], ['PHYSICAL_TRUST_INSUFFICIENT']],
    ['that was found out', [registry([entry({ status: 'revoked' })])], ['PLATFORM_REVOKED']],
    [
      'that an older registry still praises',
      [registry([entry()]), registry([entry({ status: 'revoked' })], { sequence: 6 })],
      ['PLATFORM_REVOKED'],
    ],
    [
      'whose registry says two things under one number',
      [registry([entry()]), registry([entry({ level: 3 })])],
      ['REGISTRY_MALFORMED', 'PHYSICAL_TRUST_INSUFFICIENT'],
    ],
    [
      'that a stranger vouches for',
      [registry([entry()], {}, otherSeed)],
      ['UNKNOWN_ISSUER', 'PHYSICAL_TRUST_INSUFFICIENT'],
    ],
  ];

  it.each(refused)('%s is refused', (_name, registries, reasons) => {
    expect(judge(registries).reasons).toEqual(reasons);
  });

  it('that is unregistered passes where the policy says so, and one found out does not', () => {
    const rules = { registryKeys: [key], minimum: 'unregistered' } as const;
    expect(judge([], { rules })).toEqual({ trust: { status: 'unregistered' }, reasons: [] });
    expect(judge([registry([entry({ status: 'revoked' })])], { rules }).reasons).toEqual([
      'PLATFORM_REVOKED',
    ]);
  });

  it('is not judged by a registry older than the policy asks for', () => {
    const rules = { registryKeys: [key], minimum: 'unregistered', sequenceMin: 6 } as const;
    expect(judge([registry([entry()])], { rules }).reasons).toEqual(['COLLATERAL_ROLLBACK']);
  });
});

describe('a pairing', () => {
  const machines = [
    { platform: chip, ueids: ['1', '2'] },
    { platform: 'cd'.repeat(64), ueids: ['3'] },
  ];
  const paired = (platformIds: readonly string[], ueids: readonly string[]) =>
    judge([], { rules: undefined, machines, platformIds, ueids }).reasons;

  it('holds for the GPUs of the machine', () => {
    expect(paired([chip], ['1', '2'])).toEqual([]);
    expect(paired([chip], [])).toEqual([]);
  });

  it('refuses the GPU of another machine, an unknown one, and an unknown machine', () => {
    expect(paired([chip], ['3'])).toEqual(['PAIRING_MISMATCH']);
    expect(paired([chip], ['1', '9'])).toEqual(['PAIRING_MISMATCH']);
    expect(paired(['ef'.repeat(64)], ['1'])).toEqual(['CHIP_NOT_ALLOWED']);
    expect(paired([], [])).toEqual(['CHIP_NOT_ALLOWED']);
  });
});

describe('a registry', () => {
  const good = registry([entry()]);
  const malformed: readonly [string, Uint8Array][] = [
    ['no bytes', new Uint8Array(0)],
    ['another spelling', utf8(` ${new TextDecoder().decode(good)}`)],
    ['an edited entry', utf8(new TextDecoder().decode(good).replace('"level":2', '"level":3'))],
    ['an unknown member', registry([entry()], { more: 1 })],
    ['a level that does not exist', registry([entry({ level: 4 })])],
    ['a platform of another length', registry([entry({ platform: 'ab' })])],
    ['one platform twice', registry([entry(), entry({ status: 'revoked' })])],
  ];

  it.each(malformed)('with %s is malformed', (_name, bytes) => {
    const refused = expect.objectContaining({ code: 'REGISTRY_MALFORMED' });
    expect(() => readPlatformRegistry(bytes)).toThrowError(refused);
  });
});
