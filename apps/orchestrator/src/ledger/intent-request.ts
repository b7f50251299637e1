import { type Digest, digestOf } from '#canonical';
import type { GetIntentsRequest__Output, SubmitIntentsRequest__Output } from '#contracts';
import { limits } from '../config/limits.js';
import { digestField, invalidField, limitExceeded } from '../request-fields.js';
import { parseLedgerName } from '../runs/resource-names.js';

export interface SubmittedEnvelope {
  readonly digest: Digest;
  readonly sealed: Buffer;
  readonly intents: number;
}

export interface Submission {
  readonly tenant: string;
  readonly ledger: string;
  /** As they came; an envelope that came twice is there once. */
  readonly envelopes: readonly SubmittedEnvelope[];
  readonly digests: readonly Digest[];
}

/** Every field checked for its form; what is in an envelope nobody here can read. */
export function parseSubmission(request: SubmitIntentsRequest__Output): Submission {
  const name = parseLedgerName(request.parent);
  const { envelopes } = request;
  requireCount('envelopes', envelopes.length);
  const parsed = envelopes.map(({ sealed, intents }, index): SubmittedEnvelope => {
    const field = `envelopes[${index}]`;
    if (sealed.length === 0) throw invalidField(`${field}.sealed`, 'a sealed envelope', 'nothing');
    if (sealed.length > limits.intentEnvelopeBytesMax) {
      throw limitExceeded('intentEnvelopeBytesMax', sealed.length, 'put fewer intents into one envelope');
    }
    if (!(intents >= 1 && intents <= limits.intentsPerEnvelopeMax)) {
      throw invalidField(`${field}.intents`, `1 to ${limits.intentsPerEnvelopeMax}`, String(intents));
    }
    return { digest: digestOf(sealed), sealed, intents };
  });
  const once = new Map(parsed.map((envelope) => [envelope.digest, envelope]));
  return { ...name, envelopes: [...once.values()], digests: parsed.map(({ digest }) => digest) };
}

export function parseDigests({ parent, digests }: Pick<GetIntentsRequest__Output, 'parent' | 'digests'>) {
  const name = parseLedgerName(parent);
  requireCount('digests', digests.length);
  const named = digests.map((text, index) => digestField(`digests[${index}]`, text, 'an envelope'));
  return { ...name, digests: [...new Set(named)] };
}

function requireCount(field: string, count: number): void {
  if (count >= 1 && count <= limits.envelopesPerCallMax) return;
  throw invalidField(field, `1 to ${limits.envelopesPerCallMax} entries`, String(count));
}
