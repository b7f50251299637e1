/** Hostile bytes: seeded random changes of everything that comes with a report. */
import { describe, it } from 'vitest';
import {
  expectEveryByteCounts,
  expectRefusals,
  FUZZ_TIMEOUT_MS,
  type FuzzTarget,
  MUTATIONS,
} from '../fuzz.fixture.js';
import { AT_MS, failures } from '../machine.fixture.js';
import type { SnpProduct } from '../policy/policy-groups.js';
import { SNP_SIGNED_BYTES } from './report.js';
import { authorities, judge, lists, measure } from './snp-machine.fixture.js';

const reports = ([2, 3, 4, 5] as const).map((version): FuzzTarget => {
  // The last version is shown with the other TCB layout and the short hardware id.
  const product: SnpProduct = version === 5 ? 'Turin' : 'Genoa';
  const { report, certificates } = measure({ version }, authorities[product]);
  return {
    name: `SNP report v${version}`,
    original: report,
    judge: (changed) => failures(judge({ report: changed, certificates }, { product, atMs: AT_MS }).checks),
  };
});

const turin = measure({}, authorities.Turin);
const certificates = turin.certificates.map(
  (original, index): FuzzTarget => ({
    name: `AMD certificate (DER) of the ${['endorsement key', 'CA', 'root'][index] ?? 'chain'}`,
    original,
    judge: (changed) => {
      const chain = turin.certificates.map((certificate, place) => (place === index ? changed : certificate));
      return failures(judge({ ...turin, certificates: chain }, { product: 'Turin', atMs: AT_MS }).checks);
    },
  }),
);
const list: FuzzTarget = {
  name: 'AMD revocation list (DER)',
  original: lists.Turin,
  judge: (crl) => failures(judge(turin, { crl, atMs: AT_MS }).checks),
};

describe.each([...reports, ...certificates, list])('$name', (target) => {
  it(
    `is never accepted after one of ${MUTATIONS} random changes`,
    () => expectRefusals(target),
    FUZZ_TIMEOUT_MS,
  );
});

it.each(reports)(
  'every signed byte of $name counts',
  (target) => expectEveryByteCounts(target, 0, SNP_SIGNED_BYTES),
  FUZZ_TIMEOUT_MS,
);

it(
  'every byte of certificates and list counts',
  () => {
    for (const target of [...certificates, list]) expectEveryByteCounts(target);
  },
  FUZZ_TIMEOUT_MS,
);
