import type { Assurance } from '../definition/assurance.js';

/**
 * What each technology gives when its hardware is genuine. A plan promises no more than this; the verifier
 * recomputes the level from the evidence and can only lower it, to SIMULATED for simulated hardware.
 */
export const TEE: Assurance = { integrity: 'ATTESTED', confidentiality: 'ENCLAVE' };
/** The prover sees the witness, so it runs inside an enclave: the proof itself hides nothing from it. */
export const ZK_IN_ENCLAVE: Assurance = { integrity: 'PROVED', confidentiality: 'ENCLAVE' };
/** The prover runs at whoever owns the data: nobody else is given anything that opens it. */
export const ZK_AT_OWNER: Assurance = { integrity: 'PROVED', confidentiality: 'CLIENT_ONLY' };
/** Evaluation on ciphertexts is deterministic: whoever holds the pages can repeat it bit for bit. */
export const FHE: Assurance = { integrity: 'REPLAYED', confidentiality: 'ENCRYPTED' };
export const HUMAN: Assurance = { integrity: 'SIGNED', confidentiality: 'OPERATOR_VISIBLE' };
