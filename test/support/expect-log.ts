import { expect } from 'vitest';
import { auditLog } from './audit-log.js';
import type { TestStack } from './test-stack.js';

/** The log is whole, see `auditLog`, and has these leaves. */
export async function expectLogWhole(
  stack: TestStack,
  leaves: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const { problems } = await auditLog(stack, leaves);
  expect(problems).toEqual([]);
}
