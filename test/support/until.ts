const POLL_MS = 20;

/**
 * Polls until `look` returns something else than null, undefined or false. Names what was waited for when it never does.
 * It waits long: a machine that others share may stand still for half a minute, and that says nothing of the program.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 120_000,
): Promise<Exclude<T, null | undefined | false>> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false)
      return seen as Exclude<T, null | undefined | false>;
    if (performance.now() > endMs) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
