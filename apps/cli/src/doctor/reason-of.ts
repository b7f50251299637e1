/** The innermost reason of a failed connection: Node wraps it in an error that says "fetch failed". */
export function reasonOf(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 4 && current instanceof Error && current.cause instanceof Error; depth += 1) {
    current = current.cause;
  }
  if (!(current instanceof Error)) return 'unknown';
  const { code } = current as { code?: unknown };
  const message = current.message.split('\n')[0]?.slice(0, 200) ?? '';
  return message === '' && typeof code === 'string' ? code : message || current.name;
}
