const POLL_MS = 1_000;

/**
 * Ends this process when the one that started it is gone, where SEALFLOW_EXIT_WITH_PARENT names that process.
 *
 * A supervisor that is killed with SIGKILL cannot stop its services, and they would hold ports, memory and keys for
 * ever. A process whose parent ended gets another one, which is the only sign of it that needs no help of the parent.
 * Under a real init system the variable is unset: there the parent outlives everything.
 */
export function exitWithParent(environment: NodeJS.ProcessEnv = process.env): void {
  const parent = Number(environment['SEALFLOW_EXIT_WITH_PARENT'] ?? '');
  if (parent === 0) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, POLL_MS);
  // Never the reason to stay alive.
  timer.unref();
}
