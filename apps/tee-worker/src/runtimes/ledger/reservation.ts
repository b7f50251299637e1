import { type Digest, isDigest, isJsonObject, type Json, type JsonObject } from '#canonical';
import { checkAmount } from '#ciphertext';
import { refusal } from '../shared/ledger-error.js';
import { isSignedDocument, signDocument } from '../shared/signed-document.js';
import { StrictObject } from '../shared/strict-object.js';

export const reservationVersion = 'sealflow/reservation/v1';

/**
 * What `reserve` hands on, sealed, to the step that commits or releases it. The enclave signs it with the ledger's
 * key and takes it back only with that signature, for the receipt it names: whoever carries it can neither change
 * the amount nor use the reservation of a change that never became part of the ledger.
 */
export interface Reservation {
  readonly ledger: string;
  readonly runId: string;
  readonly intentId: string;
  readonly from: string;
  readonly to: string;
  readonly amountCents: bigint;
  readonly requestedCents: bigint;
  /** The receipt of the reserve. */
  readonly receipt: Digest;
}

export function encodeReservation(reservation: Reservation, seed: Uint8Array): JsonObject {
  const { amountCents, requestedCents, ...rest } = reservation;
  const document = {
    v: reservationVersion,
    ...rest,
    amountCents: amountCents.toString(),
    requestedCents: requestedCents.toString(),
  };
  return signDocument(document, reservationVersion, seed);
}

/** Refuses with `RESERVATION_INVALID`. */
export function parseReservation(value: Json, ledgerKey: string): Reservation {
  const members = [
    ...['v', 'ledger', 'runId', 'intentId', 'from', 'to', 'amountCents', 'requestedCents', 'receipt'],
    'signature',
  ];
  const reader = new StrictObject(value, members, 'RESERVATION_INVALID', 'reservation');
  reader.constant('v', reservationVersion);
  reader.base64('signature', 64);
  if (!isJsonObject(value) || !isSignedDocument(value, reservationVersion, ledgerKey)) {
    throw refusal('RESERVATION_INVALID', 'reservation.signature is not of this ledger');
  }
  const receipt = reader.text('receipt', /^sha256:/, 'a digest');
  if (!isDigest(receipt)) throw refusal('RESERVATION_INVALID', 'reservation.receipt: expected a digest');
  return {
    ledger: reader.name('ledger'),
    runId: reader.name('runId'),
    intentId: reader.hex('intentId', 16),
    from: reader.name('from'),
    to: reader.name('to'),
    amountCents: checkAmount(reader.cents('amountCents')),
    requestedCents: checkAmount(reader.cents('requestedCents')),
    receipt,
  };
}
