/** Codes of Node's network and of PostgreSQL (SQLSTATE classes 08 and 57P) that say "not now" instead of "no". */
const codes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  // A transaction of a process that stood still for too long; nothing of it happened.
  '25P03',
  '57P01',
  '57P02',
  '57P03',
]);

/** node-postgres gives no code to a connection that broke under a query. */
const messages =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

const DEPTH_MAX = 8;

/** Whether an error, or one that caused it, says that whom we called is away: the same call may succeed later. */
export function isUnreachable(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < DEPTH_MAX && cause instanceof Error; depth += 1) {
    if (codes.has((cause as { code?: unknown }).code) || messages.test(cause.message)) return true;
    ({ cause } = cause);
  }
  return false;
}
