import type { Certificate } from '../x509/certificate.js';
import { DerReader, derOid, derTag, derWhole, malformed } from '../x509/der-reader.js';
import { oid } from '../x509/oids.js';

/** IMPLICIT [6] over a SEQUENCE OF FWID in DiceTcbInfo. */
const TCB_INFO_FWIDS = derTag.context(6);
const FWID_BYTES = 48;

/**
 * The digest of the firmware that the device's boot ROM certified together with the leaf key
 * (TCG DICE attestation architecture: CompositeDeviceID on Hopper, DiceTcbInfo on Blackwell).
 *
 * @throws AttestationError `CERT_MALFORMED`
 */
export function parseFwid(leaf: Certificate): Uint8Array {
  const composite = leaf.extensions.get(oid.diceCompositeDeviceId);
  if (composite !== undefined) {
    const fields = new DerReader(derWhole(composite.value, derTag.sequence).content);
    fields.next(derTag.integer);
    fields.next(derTag.sequence);
    const fwid = readFwid(fields);
    fields.end();
    return fwid;
  }
  const tcbInfo = leaf.extensions.get(oid.diceTcbInfo);
  if (tcbInfo === undefined) return malformed('GPU leaf certificate has no DICE extension');
  const fields = new DerReader(derWhole(tcbInfo.value, derTag.sequence).content);
  while (!fields.done) {
    // fwids[0] is the firmware that runs; a second entry may follow it.
    if (fields.tag === TCB_INFO_FWIDS) return readFwid(fields.enter(TCB_INFO_FWIDS));
    fields.any();
  }
  return malformed('DICE TCB info of the GPU leaf certificate has no firmware digest');
}

function readFwid(reader: DerReader): Uint8Array {
  const fwid = reader.enter(derTag.sequence);
  const algorithm = derOid(fwid.next(derTag.oid).content);
  const digest = fwid.next(derTag.octetString).content;
  fwid.end();
  if (algorithm !== oid.sha384 || digest.length !== FWID_BYTES) malformed('firmware digest is not SHA-384');
  return digest;
}
