import type { TrustFile, VerifyOptions } from '#evidence';
import { type GoldenBundle, goldenBundles, judgement, plainTrustFile } from '../golden/golden-bundles.js';

/** A golden bundle as somebody judges it who accepts it: nothing that is refused could be refused for a change. */
export interface Accepted {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustFile;
  readonly options: VerifyOptions;
}

/** All that are accepted under the trust file of their installation, some of them with what is withheld. */
export function acceptedBundles(): Accepted[] {
  return goldenBundles().flatMap((golden) => {
    const call = golden.calls.find(
      ({ trustFile, trustUpdateFile, answer }) =>
        trustFile === plainTrustFile && trustUpdateFile === null && answer.exitCode === 0,
    );
    if (call === undefined) return [];
    const { name, bytes } = golden;
    const { trust, options } = judgement(golden, call);
    return [{ name, bytes, trust: withHeirs(golden, trust), options }];
  });
}

/** Of a renewed bundle every timestamp is asked for, those of its renewals too: none can be lost unseen. */
function withHeirs(golden: GoldenBundle, trust: TrustFile): TrustFile {
  const own = trust.timestampAuthorities ?? [];
  const heirs = golden.calls
    .filter(({ trustFile, answer }) => trustFile !== plainTrustFile && answer.exitCode === 0)
    .flatMap((call) => judgement(golden, call).trust.timestampAuthorities ?? [])
    .filter(({ name }) => own.every((authority) => authority.name !== name));
  const timestampAuthorities = [...own, ...heirs];
  return heirs.length === 0
    ? trust
    : { ...trust, timestampAuthorities, tsaQuorum: timestampAuthorities.length };
}
