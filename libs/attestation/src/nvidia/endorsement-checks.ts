import type { Check } from '#canonical';
import { type CheckList, fail, type Outcome, passIf, type Rule, skip } from '../check-list.js';
import type { Certificate } from '../x509/certificate.js';
import type { RootKind } from '../x509/chain.js';
import type { DeviceKind } from './device-kind.js';
import {
  chooseRim,
  type GpuEndorsements,
  judgeForm,
  type ParsedEndorsements,
  parseEndorsements,
} from './endorsements.js';
import { compareGoldenValues, type GoldenValues, judgeGoldenValues, type RimKind } from './golden-values.js';
import type { GpuReport } from './gpu-report.js';
import { type IssuedCertificate, judgeRevocation, type RevocationFinding } from './revocation.js';
import type { Rim } from './rim.js';
import type { RimVerification } from './verify-rim.js';

export interface EndorsementRules {
  readonly form: Rule;
  readonly driverVersion: Rule;
  readonly vbiosVersion: Rule;
  readonly rimRoot: Rule;
  readonly measurements: Rule;
  readonly revocation: Rule;
  readonly rimRevocation: Rule;
}

export interface EndorsedDevice {
  readonly kind: DeviceKind;
  readonly report: GpuReport | null;
  readonly chain: readonly Certificate[] | null;
  readonly root: RootKind;
  readonly architecture: string | null;
}

export interface EndorsementInput {
  readonly device: EndorsedDevice;
  readonly endorsements: GpuEndorsements;
  readonly atMs: number;
  readonly prefix: string;
}

export interface EndorsementResult {
  /** Checks of the manifests that were chosen, driver first. */
  readonly rimChecks: readonly Check[];
  readonly golden: GoldenValues | null;
  /** Device certificates from the boot ROM up, then manifest signers. */
  readonly revocation: readonly RevocationFinding[];
}

/** `fits`: for the version and chip that the device reports. */
type Manifests = Partial<Record<RimKind, RimVerification & { readonly fits: boolean }>>;

/** Leaves seven checks in `list`, whatever could be read. */
export function judgeEndorsements(
  list: CheckList,
  rules: EndorsementRules,
  input: EndorsementInput,
): EndorsementResult {
  const { device, endorsements, atMs } = input;
  const parsed = parseEndorsements(endorsements);
  list.judge(rules.form, parsed, judgeForm);
  const manifests: Manifests = {};
  for (const kind of ['driver', 'vbios'] as const) {
    const rule = kind === 'driver' ? rules.driverVersion : rules.vbiosVersion;
    list.judge(rule, device.report, (report) => {
      if (kind === 'driver' && !device.kind.hasDriver) return skip(`a ${device.kind.name} has no driver`);
      const { verification, version } = choose(parsed, kind, report, input);
      if (verification !== null) manifests[kind] = { ...verification, fits: version.result === 'pass' };
      return hasNoManifests(device, parsed) ? skip('simulated hardware has no reference manifest') : version;
    });
  }
  const chosen = Object.values(manifests);
  list.judge(rules.rimRoot, chosen, (present) => judgeRoots(present, device.root));
  const golden = judgeMeasurements(list, rules, input, manifests, parsed);

  const { ocspAt, ocspAgeMsMax: maxAgeMs = null } = endorsements;
  const deviceTimes = { atMs, ocspAtMs: ocspAt?.deviceMs ?? atMs, maxAgeMs };
  const rimTimes = { atMs, ocspAtMs: ocspAt?.rimMs ?? atMs, maxAgeMs };
  const revocation: RevocationFinding[] = [];
  const judge = (certificates: readonly IssuedCertificate[], times: typeof rimTimes): Outcome => {
    if (device.root === 'simulated' && parsed.responses.length === 0 && parsed.malformed === null) {
      return skip('simulated hardware has no revocation list');
    }
    const judged = judgeRevocation(certificates, parsed.responses, times);
    revocation.push(...judged.findings);
    return judged.outcome;
  };
  // The firmware's leaf has no answer at NVIDIA's responders; the boot ROM's certificate stands for the device.
  list.judge(rules.revocation, device.chain, (chain) => judge(issued(chain).slice(1), deviceTimes));
  list.judge(rules.rimRevocation, chosen, (present) => {
    const signers = present.flatMap(({ rim }) => issued(rim?.signature.chain ?? []));
    return signers.length === 0 ? skip('no manifest was chosen') : judge(distinct(signers), rimTimes);
  });
  return { rimChecks: chosen.flatMap(({ checks }) => checks), golden, revocation };
}

function choose(
  parsed: ParsedEndorsements,
  kind: RimKind,
  report: GpuReport,
  { device, endorsements, atMs, prefix }: EndorsementInput,
): ReturnType<typeof chooseRim> {
  return chooseRim(parsed, {
    kind,
    version: device.kind[kind](report),
    architecture: device.architecture,
    report,
    roots: endorsements.rimRoots,
    atMs,
    prefix: `${prefix}${kind} manifest: `,
  });
}

/** Simulated hardware may go without; what is supplied is judged all the same. */
function hasNoManifests(device: EndorsedDevice, parsed: ParsedEndorsements): boolean {
  return device.root === 'simulated' && parsed.rims.length === 0 && parsed.malformed === null;
}

/** A simulated manifest must not speak for genuine hardware, nor the reverse. */
function judgeRoots(manifests: readonly RimVerification[], root: RootKind): Outcome {
  if (manifests.length === 0) return skip('no manifest was chosen');
  const untrusted = manifests.find(({ trusted }) => !trusted);
  if (untrusted !== undefined) {
    const [first] = untrusted.checks.filter(({ result }) => result !== 'pass');
    return fail('RIM_CHAIN_UNTRUSTED', 'manifests whose checks all hold', `${first?.title ?? 'a check'}: no`);
  }
  const foreign = manifests.find((manifest) => manifest.root !== root);
  return passIf(
    foreign === undefined,
    'RIM_CHAIN_UNTRUSTED',
    `manifests of ${root} hardware`,
    foreign === undefined ? root : foreign.root,
  );
}

function judgeMeasurements(
  list: CheckList,
  rules: EndorsementRules,
  { device }: EndorsementInput,
  manifests: Manifests,
  parsed: ParsedEndorsements,
): GoldenValues | null {
  let golden: GoldenValues | null = null;
  list.judge(rules.measurements, device.report, (report) => {
    if (hasNoManifests(device, parsed)) return skip('simulated hardware has no reference manifest');
    const needed: readonly RimKind[] = device.kind.hasDriver ? ['driver', 'vbios'] : ['vbios'];
    const missing = needed.filter((kind) => manifests[kind] === undefined);
    const rims: Partial<Record<RimKind, Rim>> = {};
    for (const kind of needed) {
      const manifest = manifests[kind];
      if (manifest?.trusted === true && manifest.fits && manifest.rim !== null) rims[kind] = manifest.rim;
    }
    golden = compareGoldenValues(report, rims);
    const outcome = judgeGoldenValues(report, rims, golden, missing);
    const left = needed.find((kind) => manifests[kind] !== undefined && rims[kind] === undefined);
    return outcome.result === 'pass' && left !== undefined
      ? skip(`not compared with the ${left} manifest: it is not trusted, or for another version`)
      : outcome;
  });
  return golden;
}

/** Every certificate below the root with its issuer. */
function issued(chain: readonly Certificate[]): readonly IssuedCertificate[] {
  return chain.slice(0, -1).flatMap((certificate, index) => {
    const issuer = chain[index + 1];
    return issuer === undefined ? [] : [{ certificate, issuer }];
  });
}

/** Driver and VBIOS manifests share their upper certificates. */
function distinct(certificates: readonly IssuedCertificate[]): readonly IssuedCertificate[] {
  const seen = new Map(
    certificates.map((one) => [`${one.issuer.spkiSha256} ${one.certificate.serial}`, one]),
  );
  return [...seen.values()];
}
