/**
 * Intel's collateral as it travels with evidence: TCB info, QE identity, revocation lists and the chains of their
 * signers. It is data of an untrusted carrier until every signature in it was verified.
 */
import { canonicalBytes, fromHex, fromUtf8, parseJsonStrict, toHex, utf8 } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { attestationLimits } from '../limits.js';
import { JsonFields } from './json-fields.js';

export interface IntelCollateral {
  /** PEM, leaf first. */
  readonly pckCrlIssuerChain: Uint8Array;
  /** DER; no bytes when it is missing, which is a failure of its own and not an empty list. */
  readonly rootCaCrl: Uint8Array;
  readonly pckCrl: Uint8Array;
  readonly tcbInfoIssuerChain: Uint8Array;
  /** The signed JSON bytes verbatim: parsing and writing them again would break the signature. */
  readonly tcbInfo: Uint8Array;
  /** r || s. */
  readonly tcbInfoSignature: Uint8Array;
  readonly qeIdentityIssuerChain: Uint8Array;
  readonly qeIdentity: Uint8Array;
  readonly qeIdentitySignature: Uint8Array;
}

/** Members of the file form, which other DCAP verifiers read and write too. CRLs and signatures are hex. */
const MEMBERS = {
  pck_crl_issuer_chain: 'text',
  root_ca_crl: 'hex',
  pck_crl: 'hex',
  tcb_info_issuer_chain: 'text',
  tcb_info: 'text',
  tcb_info_signature: 'hex',
  qe_identity_issuer_chain: 'text',
  qe_identity: 'text',
  qe_identity_signature: 'hex',
} as const;
type Member = keyof typeof MEMBERS;
/** Other verifiers prefer this one to the chain inside the quote. Only the latter is judged here. */
const IGNORED = 'pck_certificate_chain';

/** Reads the file form. Absent members are empty: each is then named by the check that needs it.
 * @throws AttestationError `COLLATERAL_MALFORMED` */
export function parseIntelCollateral(bytes: Uint8Array): IntelCollateral {
  const fields = new JsonFields(parseJson(bytes), 'Intel collateral');
  const unknown = fields.names.find((name) => !Object.hasOwn(MEMBERS, name) && name !== IGNORED);
  if (unknown !== undefined) refuse(`member ${JSON.stringify(unknown.slice(0, 40))} is not known`);
  const member = (name: Member): Uint8Array => {
    if (!fields.has(name)) return new Uint8Array(0);
    const text = fields.text(name, attestationLimits.collateralBytesMax);
    return MEMBERS[name] === 'text' ? utf8(text) : readHex(name, text);
  };
  return {
    pckCrlIssuerChain: member('pck_crl_issuer_chain'),
    rootCaCrl: member('root_ca_crl'),
    pckCrl: member('pck_crl'),
    tcbInfoIssuerChain: member('tcb_info_issuer_chain'),
    tcbInfo: member('tcb_info'),
    tcbInfoSignature: member('tcb_info_signature'),
    qeIdentityIssuerChain: member('qe_identity_issuer_chain'),
    qeIdentity: member('qe_identity'),
    qeIdentitySignature: member('qe_identity_signature'),
  };
}

export function encodeIntelCollateral(collateral: IntelCollateral): Uint8Array {
  return canonicalBytes({
    pck_crl_issuer_chain: fromUtf8(collateral.pckCrlIssuerChain),
    root_ca_crl: toHex(collateral.rootCaCrl),
    pck_crl: toHex(collateral.pckCrl),
    tcb_info_issuer_chain: fromUtf8(collateral.tcbInfoIssuerChain),
    tcb_info: fromUtf8(collateral.tcbInfo),
    tcb_info_signature: toHex(collateral.tcbInfoSignature),
    qe_identity_issuer_chain: fromUtf8(collateral.qeIdentityIssuerChain),
    qe_identity: fromUtf8(collateral.qeIdentity),
    qe_identity_signature: toHex(collateral.qeIdentitySignature),
  });
}

function parseJson(bytes: Uint8Array): ReturnType<typeof parseJsonStrict> {
  try {
    const bytesMax = attestationLimits.collateralBytesMax;
    return parseJsonStrict(bytes, { bytesMax, depthMax: 2, stringBytesMax: bytesMax });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : 'is not JSON');
  }
}

function readHex(name: Member, text: string): Uint8Array {
  try {
    return fromHex(text.toLowerCase());
  } catch {
    return refuse(`${name} must be hex`);
  }
}

function refuse(message: string): never {
  throw new AttestationError('COLLATERAL_MALFORMED', `Intel collateral: ${message}`);
}
