import { type Json, toBase64 } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { isHex, StrictObject } from '../strict-object.js';
import { requireClaimRule } from './claim-rules.js';
import { ueidsOf } from './parse-device-rules.js';
import type { ClaimRule, MachinePairing, PhysicalTrustRules, RevocationRules } from './policy-groups.js';

/** Readers of the groups that speak of all devices alike. Every unknown member is an error. */

const DAY_MS = 24 * 60 * 60 * 1000;
const MACHINES_MAX = 256;
const REGISTRIES_MAX = 16;
const RULES_MAX = 64;
const NAME_MAX = 128;
const CEL_MAX = 2048;
const CHIP_ID_BYTES = 64;
const PPID_BYTES = 16;

export function parseMachines(policy: StrictObject, name: string): readonly MachinePairing[] {
  const machines = policy.list(name, MACHINES_MAX).map((value): MachinePairing => {
    const object = strict(value, ['platform', 'ueids'], 'machines');
    const platform = object.text('platform', CHIP_ID_BYTES * 2);
    if (!isHex(platform, CHIP_ID_BYTES) && !isHex(platform, PPID_BYTES)) {
      malformed('machines: platform must be a CHIP_ID (64 bytes) or PPID (16 bytes) as lower-case hex');
    }
    return { platform, ueids: ueidsOf(object, 'ueids') };
  });
  const named = [...machines.map(({ platform }) => platform), ...machines.flatMap(({ ueids }) => ueids)];
  if (new Set(named).size !== named.length) malformed('machines: a platform or a GPU is named twice');
  return machines;
}

export function parseRevocation(value: Json): RevocationRules {
  const object = strict(value, ['mode'], 'revocation', ['crlAgeMsMax']);
  return {
    mode: object.word('mode', ['required', 'report']),
    ...object.optional('crlAgeMsMax', (name) => object.integer(name, 1, 366 * DAY_MS)),
  };
}

export function parsePhysicalTrust(value: Json): PhysicalTrustRules {
  const members = ['registryKeys', 'minimum'];
  const object = strict(value, members, 'physicalTrust', ['levelMin', 'sequenceMin']);
  return {
    registryKeys: object.list('registryKeys', REGISTRIES_MAX).map((key) => {
      const entry = strict({ key }, ['key'], 'physicalTrust registryKeys');
      return toBase64(entry.bytes('key', 32));
    }),
    minimum: object.word('minimum', ['registered', 'unregistered']),
    ...object.optional('levelMin', (name) => object.integer(name, 1, 3)),
    ...object.optional('sequenceMin', (name) => object.integer(name, 0, Number.MAX_SAFE_INTEGER)),
  };
}

/** An expression that does not parse is refused here; one that cannot be evaluated fails at appraisal. */
export function parseClaimRules(policy: StrictObject, name: string): readonly ClaimRule[] {
  const rules = policy.list(name, RULES_MAX).map((value): ClaimRule => {
    const object = strict(value, ['name', 'cel'], 'rules');
    const rule = { name: object.text('name', NAME_MAX), cel: object.text('cel', CEL_MAX) };
    requireClaimRule(rule);
    return rule;
  });
  if (new Set(rules.map((rule) => rule.name)).size !== rules.length) malformed('rules: a name is used twice');
  return rules;
}

function strict(
  value: Json,
  members: readonly string[],
  name: string,
  optional: readonly string[] = [],
): StrictObject {
  return new StrictObject(value, members, 'POLICY_MALFORMED', `appraisal policy ${name}`, optional);
}

function malformed(message: string): never {
  throw new AttestationError('POLICY_MALFORMED', `appraisal policy: ${message}`);
}
