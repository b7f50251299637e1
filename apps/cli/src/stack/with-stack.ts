import type { Installation } from '../installation/installation.js';
import { findStack, type RunningStack, startStack } from './stack.js';

/** Works on the stack that runs in this home, or on one of its own, which ends with the work or with a signal. */
export async function withStack<T>(
  installation: Installation,
  work: (stack: RunningStack) => Promise<T>,
): Promise<T> {
  const found = await findStack(installation);
  const stack = found ?? (await startStack(installation, () => undefined));
  const stopOnSignal = (): void => {
    void stack.stop().then(() => process.exit(130));
  };
  process.once('SIGINT', stopOnSignal);
  process.once('SIGTERM', stopOnSignal);
  try {
    return await work(stack);
  } finally {
    await stack.stop();
    process.off('SIGINT', stopOnSignal);
    process.off('SIGTERM', stopOnSignal);
  }
}
