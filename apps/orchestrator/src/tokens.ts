/** Injection tokens for what is not a class. */
export const LOGGER = Symbol('logger');
export const CONFIG = Symbol('config');
/** `TenantKeyStore`. */
export const KEY_STORE = Symbol('key store');
export const CLOCK = Symbol('clock');
export const SITE = Symbol('site');
/** `ServerTls`, or null where the ports speak in the clear. */
export const TLS = Symbol('tls');

/** Milliseconds since the epoch. */
export type Clock = () => number;
