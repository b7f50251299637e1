/** Injection tokens for what is not a class. */
export const LOGGER = Symbol('logger');
export const CONFIG = Symbol('config');
export const CLOCK = Symbol('clock');
export const SITE = Symbol('site');

/** Milliseconds since the epoch. */
export type Clock = () => number;
