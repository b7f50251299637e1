import type { Json } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { isHex, StrictObject } from '../strict-object.js';
import {
  type GpuRules,
  gpuBindingMinimums,
  type RtmrRules,
  type SnpPlatformInfo,
  type SnpPolicyBits,
  type SnpRules,
  type SnpTcbMinimum,
  snpProducts,
  snpSigners,
  type TdxRules,
  tcbStatuses,
} from './policy-groups.js';

/** Readers of the groups that speak of one kind of device. Every unknown member is an error. */

const verdicts = ['refuse', 'warn'] as const;
const gpuModes = ['on'] as const;
const LIST_MAX = 256;
const TEXT_MAX = 128;
const YEAR_DAYS = 366;
const DAY_MS = 24 * 60 * 60 * 1000;
const UEID_DIGITS_MAX = 64;
const TDX_MEMBERS = [
  'tcbStatuses',
  'graceDays',
  'forbiddenAdvisories',
  'minTcbEvaluationDataNumber',
  'septVeDisable',
  'relaunch',
  'eventLog',
  'rtmrs',
  'mrConfigId',
  'fmspcs',
  'allowedPpids',
];
const RTMRS = ['rtmr0', 'rtmr1', 'rtmr2', 'rtmr3'] as const;
const SNP_MEMBERS = [
  'products',
  'signers',
  'minTcb',
  'policyBits',
  'platformInfo',
  'vmpl',
  'allowedChipIds',
  'hostData',
  'idKeyDigests',
  'authorKeyDigests',
  'cspIds',
  'minGuestSvn',
];
const SNP_TCB_MEMBERS = ['bootloader', 'tee', 'snp', 'microcode'] as const;
const SNP_POLICY_BITS = [
  'smt',
  'migrateMa',
  'singleSocket',
  'cxl',
  'aes256Xts',
  'raplDis',
  'ciphertextHiding',
  'pageSwapDisable',
] as const;
const SNP_PLATFORM_INFO = [
  'smt',
  'tsme',
  'ecc',
  'raplDis',
  'ciphertextHiding',
  'aliasCheckComplete',
] as const;
const GPU_MEMBERS = [
  'count',
  'switchCount',
  'mode',
  'drivers',
  'vbios',
  'fwidAbsent',
  'ocspAgeMsMax',
  'allowedUeids',
  'bindingMin',
];

export function parseTdxRules(value: Json): TdxRules {
  const object = group(value, 'tdx', TDX_MEMBERS);
  return {
    ...object.optional('tcbStatuses', (name) => object.words(name, tcbStatuses)),
    ...object.optional('graceDays', (name) => object.integer(name, 0, YEAR_DAYS)),
    ...object.optional('forbiddenAdvisories', (name) => object.texts(name, LIST_MAX, TEXT_MAX)),
    ...object.optional('minTcbEvaluationDataNumber', (name) => object.integer(name, 0, 1_000_000)),
    ...object.optional('septVeDisable', (name) => object.flag(name)),
    ...object.optional('relaunch', (name) => object.word(name, verdicts)),
    ...object.optional('eventLog', (name) => object.flag(name)),
    ...object.optional('rtmrs', (name) => parseRtmrs(object.value(name))),
    ...object.optional('mrConfigId', (name) => hexes(object, name, 48)),
    ...object.optional('fmspcs', (name) => hexes(object, name, 6)),
    ...object.optional('allowedPpids', (name) => hexes(object, name, 16)),
  };
}

function parseRtmrs(value: Json): RtmrRules {
  const object = group(value, 'tdx rtmrs', RTMRS);
  return Object.assign({}, ...RTMRS.map((rtmr) => object.optional(rtmr, (name) => hexes(object, name, 48))));
}

export function parseSnpRules(value: Json): SnpRules {
  const object = group(value, 'snp', SNP_MEMBERS);
  return {
    ...object.optional('products', (name) => object.words(name, snpProducts)),
    ...object.optional('signers', (name) => object.words(name, snpSigners)),
    ...object.optional('minTcb', (name) => parseMinTcb(object.value(name))),
    ...object.optional('policyBits', (name) =>
      flags<SnpPolicyBits>(object.value(name), name, SNP_POLICY_BITS),
    ),
    ...object.optional('platformInfo', (name) =>
      flags<SnpPlatformInfo>(object.value(name), name, SNP_PLATFORM_INFO),
    ),
    ...object.optional('vmpl', (name) => object.integer(name, 0, 3)),
    ...object.optional('allowedChipIds', (name) => hexes(object, name, 64)),
    ...object.optional('hostData', (name) => hexes(object, name, 32)),
    ...object.optional('idKeyDigests', (name) => hexes(object, name, 48)),
    ...object.optional('authorKeyDigests', (name) => hexes(object, name, 48)),
    ...object.optional('cspIds', (name) => object.texts(name, LIST_MAX, TEXT_MAX)),
    ...object.optional('minGuestSvn', (name) => object.integer(name, 0, 0xffff_ffff)),
  };
}

function parseMinTcb(value: Json): NonNullable<SnpRules['minTcb']> {
  const object = group(value, 'snp minTcb', snpProducts);
  const read = (product: (typeof snpProducts)[number]): SnpTcbMinimum => {
    const where = `appraisal policy snp minTcb ${product}`;
    const optional = product === 'Turin' ? ['fmc'] : [];
    // All four are named: a minimum that forgets one component would not bound it, and nobody would see.
    const tcb = new StrictObject(object.value(product), SNP_TCB_MEMBERS, 'POLICY_MALFORMED', where, optional);
    return {
      bootloader: tcb.integer('bootloader', 0, 255),
      tee: tcb.integer('tee', 0, 255),
      snp: tcb.integer('snp', 0, 255),
      microcode: tcb.integer('microcode', 0, 255),
      ...tcb.optional('fmc', (name) => tcb.integer(name, 0, 255)),
    };
  };
  return Object.assign({}, ...snpProducts.map((product) => object.optional(product, read)));
}

export function parseGpuRules(value: Json): GpuRules {
  const object = new StrictObject(
    value,
    ['required'],
    'POLICY_MALFORMED',
    'appraisal policy gpu',
    GPU_MEMBERS,
  );
  return {
    required: object.flag('required'),
    ...object.optional('count', (name) => object.integer(name, 0, 16)),
    ...object.optional('switchCount', (name) => object.integer(name, 0, 16)),
    ...object.optional('mode', (name) => object.word(name, gpuModes)),
    ...object.optional('drivers', (name) => object.texts(name, LIST_MAX, TEXT_MAX)),
    ...object.optional('vbios', (name) => object.texts(name, LIST_MAX, TEXT_MAX)),
    ...object.optional('fwidAbsent', (name) => object.word(name, verdicts)),
    ...object.optional('ocspAgeMsMax', (name) => object.integer(name, 0, YEAR_DAYS * DAY_MS)),
    ...object.optional('allowedUeids', (name) => ueidsOf(object, name)),
    ...object.optional('bindingMin', (name) => object.word(name, gpuBindingMinimums)),
  };
}

/** Names of GPUs as NVIDIA's services write them: serial numbers of leaf certificates, in decimal. */
export function ueidsOf(object: StrictObject, name: string): readonly string[] {
  return object.texts(name, LIST_MAX, UEID_DIGITS_MAX).map((text) => {
    if (/^(?:0|[1-9][0-9]*)$/.test(text)) return text;
    throw new AttestationError(
      'POLICY_MALFORMED',
      `appraisal policy: ${name} must hold decimal serial numbers`,
    );
  });
}

export function hexes(object: StrictObject, name: string, length: number): readonly string[] {
  return object.texts(name, LIST_MAX, length * 2).map((text) => {
    if (isHex(text, length)) return text;
    throw new AttestationError(
      'POLICY_MALFORMED',
      `appraisal policy: ${name} must hold ${length} bytes each, as lower-case hex`,
    );
  });
}

function flags<T extends SnpPolicyBits | SnpPlatformInfo>(
  value: Json,
  name: string,
  members: readonly (keyof T & string)[],
): T {
  const object = group(value, `snp ${name}`, members);
  return Object.assign({}, ...members.map((member) => object.optional(member, (bit) => object.flag(bit))));
}

/** An object all of whose members may be absent. */
function group(value: Json, name: string, members: readonly string[]): StrictObject {
  return new StrictObject(value, [], 'POLICY_MALFORMED', `appraisal policy ${name}`, members);
}
