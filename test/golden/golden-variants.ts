import { utf8 } from '#canonical';
import {
  type BundleTimestamp,
  logPolicyOf,
  redactBundle,
  type TrustFile,
  withRevocationLists,
} from '#evidence';
import { newestTree } from '../../apps/cli/src/renew/newest-tree.js';
import { renewBundle } from '../../apps/cli/src/renew/renew-bundle.js';
import { stampText } from '../../apps/cli/src/renew/stamp-text.js';
import type { Bundles } from './golden-runs.js';
import type { OpensslAuthority } from './openssl-authority.js';

/** The bundle carried on by the newest checkpoint of its log, as `sealflow renew` does it. */
export async function renewed(
  bytes: Uint8Array,
  log: string,
  trust: TrustFile,
  authority: OpensslAuthority,
): Promise<Uint8Array> {
  const policy = logPolicyOf(trust);
  const newest = await newestTree(log, policy);
  const timestamp: BundleTimestamp = withRevocationLists(await stampText(authority.url, utf8(newest.text)), [
    authority.list,
  ]);
  const made = await renewBundle({ file: 'golden', bytes, policy, newest, timestamps: [timestamp] });
  if (made.what !== 'renewed') throw new Error(`expected a renewal, got a bundle that was ${made.what}`);
  return made.bytes;
}

/** What others are shown of the runs, as `sealflow redact` makes it. */
export function redacted(bundles: Bundles): Bundles {
  const from = (name: string): Uint8Array => {
    const bytes = bundles.get(name);
    if (bytes === undefined) throw new RangeError(`no bundle ${name}`);
    return bytes;
  };
  return new Map([
    ['approved-public', redactBundle(from('approved'), { profile: 'public' })],
    ['renewed-public', redactBundle(from('renewed'), { profile: 'public' })],
    ['declined-customer', redactBundle(from('declined'), { profile: 'customer' })],
    ['refused-auditor', redactBundle(from('refused'), { profile: 'auditor' })],
    ['overdrawn-without-step', redactBundle(from('overdrawn'), { withhold: ['step:score'] })],
    [
      'declined-without-fields',
      redactBundle(from('declined'), { withhold: ['field:root/tenant', 'field:step/score/public.decision'] }),
    ],
  ]);
}
