import { AttestationError } from '../attestation-error.js';
import { type CheckList, fail, type Outcome, pass, skip } from '../check-list.js';
import { type Collateral, collateralOf } from '../collateral.js';
import { type PlatformRegistry, readPlatformRegistry } from './platform-registry.js';
import type { MachinePairing, PhysicalTrustRules } from './policy-groups.js';

/** What is known of who can touch the machine. No quote shows it. */
export type PhysicalTrust =
  | {
      readonly status: 'registered';
      readonly level: number;
      readonly operator: string;
      readonly site: string;
    }
  | { readonly status: 'unregistered' }
  | { readonly status: 'revoked' };

const rules = {
  registry: { id: 'TEE-PHY-001', title: 'Platform registries are signed by keys of the policy' },
  platform: { id: 'TEE-PHY-002', title: 'Machine stands where the policy wants it' },
  pairing: { id: 'TEE-PHY-003', title: 'GPUs are in the machine that the policy pairs them with' },
} as const;

export interface PhysicalInput {
  readonly rules: PhysicalTrustRules | undefined;
  readonly machines: readonly MachinePairing[] | undefined;
  readonly collateral: readonly Collateral[];
  /** Names of the machine, proved by the CPU evidence: CHIP_ID, PPID, platform instance id. */
  readonly platformIds: readonly string[];
  readonly ueids: readonly string[];
}

/** Leaves a line for each group that the policy has. Revocation wins over registration, whoever says it. */
export function judgePhysicalTrust(list: CheckList, input: PhysicalInput): PhysicalTrust {
  const believed: PlatformRegistry[] = [];
  if (input.rules !== undefined) {
    const { registryKeys, sequenceMin = 0 } = input.rules;
    list.judge(rules.registry, input.collateral, (collateral) => {
      const all = collateralOf(collateral, 'platform-registry').map(readPlatformRegistry);
      const stranger = all.find(({ key }) => !registryKeys.includes(key));
      if (stranger !== undefined) {
        return fail('UNKNOWN_ISSUER', registryKeys.join(', ') || 'no key is named', stranger.key);
      }
      const old = all.find(({ sequence }) => sequence < sequenceMin);
      if (old !== undefined) {
        return fail('COLLATERAL_ROLLBACK', `sequence at least ${sequenceMin}`, `${old.sequence}`);
      }
      believed.push(...newestByKey(all));
      return all.length === 0 ? skip('no registry was supplied') : pass(`${all.length} registries`);
    });
  }
  const trust = trustOf(believed, input.platformIds);
  const { rules: physical, machines } = input;
  if (physical !== undefined) list.judge(rules.platform, trust, (found) => judgeTrust(found, physical));
  if (machines !== undefined) list.judge(rules.pairing, machines, (pairs) => judgePairing(pairs, input));
  return trust;
}

function trustOf(registries: readonly PlatformRegistry[], platformIds: readonly string[]): PhysicalTrust {
  const entries = registries
    .flatMap((registry) => registry.entries)
    .filter(({ platform }) => platformIds.includes(platform));
  if (entries.some(({ status }) => status === 'revoked')) return { status: 'revoked' };
  const [first, ...others] = entries;
  if (first === undefined) return { status: 'unregistered' };
  // Several registries may name one machine; none of them lifts it above what the most careful one says.
  const lowest = others.reduce((least, entry) => (entry.level < least.level ? entry : least), first);
  return { status: 'registered', level: lowest.level, operator: lowest.operator, site: lowest.site };
}

/** An older registry of the same signer must not hide a revocation of the newer one. */
function newestByKey(registries: readonly PlatformRegistry[]): readonly PlatformRegistry[] {
  const newest = new Map<string, PlatformRegistry>();
  for (const registry of registries) {
    const known = newest.get(registry.key);
    if (known === undefined || registry.sequence > known.sequence) newest.set(registry.key, registry);
    else if (registry.sequence === known.sequence && registry.digest !== known.digest) {
      throw new AttestationError(
        'REGISTRY_MALFORMED',
        'platform registry: two registries of one number differ',
      );
    }
  }
  return [...newest.values()];
}

function judgeTrust(trust: PhysicalTrust, { minimum, levelMin = 1 }: PhysicalTrustRules): Outcome {
  if (trust.status === 'revoked')
    return fail('PLATFORM_REVOKED', 'a machine that was not found out', 'revoked');
  const wanted = minimum === 'registered' ? `registered, level at least ${levelMin}` : minimum;
  if (minimum === 'unregistered') return pass(trust.status);
  if (trust.status === 'unregistered') return fail('PHYSICAL_TRUST_INSUFFICIENT', wanted, 'unregistered');
  const actual = `registered(${trust.level}) by ${trust.operator}, ${trust.site}`;
  return trust.level >= levelMin ? pass(actual) : fail('PHYSICAL_TRUST_INSUFFICIENT', wanted, actual);
}

/** Both ways: a paired machine has only its GPUs, and a paired GPU is in no other machine. */
function judgePairing(machines: readonly MachinePairing[], { platformIds, ueids }: PhysicalInput): Outcome {
  const here = machines.find(({ platform }) => platformIds.includes(platform));
  const allowed = here?.ueids ?? [];
  const foreign = ueids.find((ueid) => !allowed.includes(ueid));
  if (here === undefined)
    return fail('CHIP_NOT_ALLOWED', 'a machine of the policy', platformIds.join(', ') || 'none');
  return foreign === undefined
    ? pass(`${ueids.length} GPUs of this machine`)
    : fail('PAIRING_MISMATCH', `one of ${allowed.join(', ') || 'no GPU'}`, foreign);
}
