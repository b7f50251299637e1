import { type Json, parseJsonStrict } from '#canonical';
import { type DsseEnvelope, envelopeBytesMax } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { shown } from '../field-reader.js';
import { type Disclosure, digestsIn, parseDisclosure } from './sd.js';

/**
 * Gives each statement of a bundle the disclosures that its digests ask for. Over the whole bundle each disclosure is
 * used once and no digest is there twice: one value must not stand for members of two statements. Raises
 * `DISCLOSURE_MALFORMED`, `DISCLOSURE_DUPLICATE` or `DISCLOSURE_UNUSED`.
 */
export function withDisclosures(
  envelopes: readonly DsseEnvelope[],
  encoded: readonly string[],
): DsseEnvelope[] {
  const given = new Map<string, Disclosure>();
  for (const [index, text] of encoded.entries()) {
    const disclosure = parseDisclosure(text, `bundle.disclosures[${index}]`);
    if (given.has(disclosure.digest)) throw twice(`disclosure ${shown(disclosure.name)}`);
    given.set(disclosure.digest, disclosure);
  }
  const asked = new Set<string>();
  const assigned = envelopes.map((envelope) => {
    // What travels in the envelopes of a bundle belongs to nobody: `disclosures` of the bundle is the one place.
    const digests = digestsIn(payloadOf(envelope), given);
    for (const digest of digests) {
      if (asked.has(digest)) throw twice('a digest of a withheld member');
      asked.add(digest);
    }
    return { ...envelope, disclosures: [...digests].flatMap((digest) => given.get(digest)?.encoded ?? []) };
  });
  const unused = [...given.values()].find(({ digest }) => !asked.has(digest));
  if (unused === undefined) return assigned;
  throw new EvidenceError(
    'DISCLOSURE_UNUSED',
    `bundle.disclosures: disclosure ${shown(unused.name)} is asked for by no digest that was signed`,
  );
}

/** Null for what is no JSON: that is found when the statement is read. */
function payloadOf({ payload }: DsseEnvelope): Json {
  try {
    return parseJsonStrict(payload, { bytesMax: envelopeBytesMax });
  } catch {
    return null;
  }
}

function twice(which: string): EvidenceError {
  return new EvidenceError('DISCLOSURE_DUPLICATE', `bundle.disclosures: ${which} is there twice`);
}
