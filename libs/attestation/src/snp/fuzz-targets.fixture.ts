/** Test fixture: Hostile bytes: seeded random changes of everything that comes with a report. */
import type { FuzzTarget } from '../fuzz-target.fixture.js';
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
    signedTo: SNP_SIGNED_BYTES,
    judge: (changed) => failures(judge({ report: changed, certificates }, { product, atMs: AT_MS }).checks),
  };
});

const turin = measure({}, authorities.Turin);
const certificates = turin.certificates.map(
  (original, index): FuzzTarget => ({
    name: `AMD certificate (DER) of the ${['endorsement key', 'CA', 'root'][index] ?? 'chain'}`,
    original,
    signedTo: original.length,
    judge: (changed) => {
      const chain = turin.certificates.map((certificate, place) => (place === index ? changed : certificate));
      return failures(judge({ ...turin, certificates: chain }, { product: 'Turin', atMs: AT_MS }).checks);
    },
  }),
);
const list: FuzzTarget = {
  name: 'AMD revocation list (DER)',
  original: lists.Turin,
  signedTo: lists.Turin.length,
  judge: (crl) => failures(judge(turin, { crl, atMs: AT_MS }).checks),
};

export const snpTargets: readonly FuzzTarget[] = [...reports, ...certificates, list];
