import { canonicalBytes, type Digest, digestOf, isDigest, type JsonObject, utf8 } from '#canonical';
import type { LedgerPin, PlannedWorkflow } from '#client';
import type { PaymentRequirements } from './x402-messages.js';

const NETWORK_DIGITS = 32;

/** Which requirement a payment accepts that is not offered. Closed: a client decides by it what to do. */
export type UnlikeCode =
  | 'SCHEME_WRONG'
  | 'NETWORK_WRONG'
  | 'ASSET_WRONG'
  | 'PAYEE_WRONG'
  | 'AMOUNT_ABOVE_CAP'
  | 'AMOUNT_BELOW_CAP'
  | 'TERMS_WRONG';

export interface Unlike {
  readonly reason: UnlikeCode;
  readonly message: string;
}

/** A network of x402 is a ledger, by the key that signs its receipts. */
export function networkOf(ledgerKey: string): string {
  return `sealflow:${digestOf(utf8(ledgerKey)).slice('sha256:'.length, 'sha256:'.length + NETWORK_DIGITS)}`;
}

/** null where a client accepted exactly what was offered. */
export function unlike(accepted: PaymentRequirements, offered: PaymentRequirements): Unlike | null {
  const wrong = (reason: UnlikeCode, name: string, expected: string): Unlike => ({
    reason,
    message: `accepted.${name}: expected ${expected}`,
  });
  if (accepted.scheme !== offered.scheme) return wrong('SCHEME_WRONG', 'scheme', offered.scheme);
  if (accepted.network !== offered.network) return wrong('NETWORK_WRONG', 'network', offered.network);
  if (accepted.asset !== offered.asset) return wrong('ASSET_WRONG', 'asset', offered.asset);
  if (accepted.payTo !== offered.payTo) return wrong('PAYEE_WRONG', 'payTo', offered.payTo);
  const [amount, cap] = [BigInt(accepted.amount), BigInt(offered.amount)];
  if (amount !== cap)
    return wrong(amount > cap ? 'AMOUNT_ABOVE_CAP' : 'AMOUNT_BELOW_CAP', 'amount', offered.amount);
  const same = digestOf(canonicalBytes({ ...accepted })) === digestOf(canonicalBytes({ ...offered }));
  return same ? null : wrong('TERMS_WRONG', 'maxTimeoutSeconds, extra', 'those of this offer');
}

/** What a plan sells: which model, and what its tokens cost. */
export interface SoldModel {
  readonly weights: Digest;
  readonly inputNanosPerToken: number;
  readonly outputNanosPerToken: number;
}

/** What a plan must have to be paid by usage: one conversation between its reservation and its settlement. */
export function soldModel({ plan }: PlannedWorkflow): SoldModel | null {
  const parametersOf = (operation: string): JsonObject | null => {
    const [task, more] = plan.tasks.filter((each) => each.operation === operation);
    return task === undefined || more !== undefined ? null : task.parameters;
  };
  const conversation = parametersOf('model.converse');
  const steps = ['reserve', 'settle'].every((step) => plan.tasks.some((task) => task.step === step));
  if (conversation === null || !steps) return null;
  const { weights, inputNanosPerToken, outputNanosPerToken } = conversation;
  if (typeof weights !== 'string' || !isDigest(weights)) return null;
  if (typeof inputNanosPerToken !== 'number' || typeof outputNanosPerToken !== 'number') return null;
  return { weights, inputNanosPerToken, outputNanosPerToken };
}

export interface Price {
  readonly pin: LedgerPin;
  readonly asset: string;
  /** Account of the seller. */
  readonly payTo: string;
  /** The most that one call takes. */
  readonly cap: bigint;
  readonly timeoutSeconds: number;
}

/** What a client is asked for. */
export function offerOf(
  { weights, inputNanosPerToken, outputNanosPerToken }: SoldModel,
  { pin: { ledger, ledgerKey }, asset, payTo, cap, timeoutSeconds }: Price,
): PaymentRequirements {
  return {
    scheme: 'upto',
    network: networkOf(ledgerKey),
    amount: `${cap}`,
    asset,
    payTo,
    maxTimeoutSeconds: timeoutSeconds,
    extra: { ledger, ledgerKey, weights, inputNanosPerToken, outputNanosPerToken },
  };
}
