import { constants } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { TlsMaterial } from './material.js';

/**
 * Groups of the key exchange. The hybrid one, where OpenSSL has it, keeps what is recorded today from a quantum
 * computer of later.
 */
const groups = hasGroup('X25519MLKEM768') ? 'X25519MLKEM768:X25519:P-256:P-384' : 'X25519:P-256:P-384';

function hasGroup(name: string): boolean {
  try {
    createSecureContext({ ecdhCurve: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * TLS 1.3 and nothing before it (RFC 8446), security level 2 of OpenSSL for the peer's chain (112 bits: no RSA below
 * 2048, no SHA-1; it hangs on a suite of TLS 1.2, none of which is spoken). No tickets, and no cache that could stand in for them: a
 * session that is resumed shows no certificate, so one that was taken away would go on to count.
 */
export function contextOptions({ certificate, key, ca }: TlsMaterial): SecureContextOptions {
  return {
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ciphers: 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:DEFAULT@SECLEVEL=2',
    ecdhCurve: groups,
    secureOptions: constants.SSL_OP_NO_TICKET,
    ...(certificate === null || key === null ? {} : { cert: certificate, key }),
    ...(ca === null ? {} : { ca }),
  };
}
