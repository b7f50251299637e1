import { canonicalBytes } from '#canonical';
import { type Bundle, envelopeToJson } from '#evidence';

/**
 * The attestations of a bundle for tools that know in-toto and nothing of us: JSON Lines of DSSE envelopes, as the
 * in-toto Attestation Framework writes a file of several (`.intoto.jsonl`). First the statement about the run, then
 * those of its steps, then the appraisals of their machines, each under the signature that it has in the bundle.
 *
 * Who is trusted: each line has a signer of its own, and nothing ties the lines to each other but the digests in the
 * first one. A line that is left out is seen by whoever verifies the bundle, and by nobody who reads this file.
 */
export function inTotoLines({ root, steps, appraisals }: Bundle): Uint8Array {
  const newline = new Uint8Array([0x0a]);
  return Buffer.concat(
    [root, ...steps, ...appraisals].flatMap((envelope) => [
      canonicalBytes(envelopeToJson(envelope)),
      newline,
    ]),
  );
}
