import { randomBytes } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { beforeAll, describe, expect, it } from 'vitest';
import { isReason, reasonFacts } from '#contracts';
import { methodTable } from '../../../apps/orchestrator/src/auth/access-table.js';
import { type Role, tenantRoles } from '../../../apps/orchestrator/src/auth/principal.js';
import { filled, type RawAnswer, type RawMethod, rawCall, rawMethods } from '../../support/raw-call.js';
import { roleKey } from '../../support/role-key.js';
import { runOf, settled, suite } from '../suite.js';

/** No name, no digest, no number: nothing of it is ever of use to whoever reads an error. */
const CANARY = `Canary ${randomBytes(12).toString('hex')}`;

const keys = new Map<Role, string>();

/** A caller who may call the method: what is refused is then refused for what it holds. */
async function keyFor({ path }: RawMethod): Promise<string> {
  const access = methodTable[path];
  const role = access === undefined || access.kind === 'open' ? 'submitter' : access.roles[0];
  if (role === undefined) throw new RangeError(`${path}: nobody may call it`);
  const ofTenant = (tenantRoles as readonly string[]).includes(role);
  const key = keys.get(role) ?? (await roleKey(suite().stack, ofTenant ? 'demo' : null, role));
  keys.set(role, key);
  return key;
}

async function send(method: RawMethod, bytes: Buffer): Promise<RawAnswer> {
  const answer = await rawCall(suite().stack.address.grpc, method, bytes, await keyFor(method));
  suite().said.push(answer.text);
  return answer;
}

/** What holds for whatever a caller is told. */
function wellFormed(path: string, { reason, code, text, hasDetails }: RawAnswer): void {
  expect(text, path).not.toContain(CANARY);
  expect(text, path).not.toMatch(/\n {4}at |node_modules|\.js:\d/);
  if (reason === null || code === status.CANCELLED) return;
  expect({ path, hasDetails }).toEqual({ path, hasDetails: true });
  expect(isReason(reason), `${path}: ${reason}`).toBe(true);
  if (!isReason(reason)) return;
  const { detail, code: expected } = reasonFacts(reason);
  expect({ path, reason, code }).toEqual({ path, reason, code: expected });
  expect(text, path).toContain('google.rpc.ErrorInfo');
  if (detail !== 'none') expect(text, `${path}: ${reason}`).toContain(`google.rpc.${detail}`);
  // No input is a defect of the service.
  expect({ path, reason }).not.toEqual({ path, reason: 'INTERNAL' });
}

/** The same message about a resource of the caller's, so that the rest of it is read too. */
function ofOwnTenant(method: RawMethod): Record<string, unknown> {
  const access = methodTable[method.path];
  if (access?.kind !== 'tenant') return {};
  return { [access.field]: access.field === 'parent' ? 'tenants/demo' : runOf('approved').handle.name };
}

/** Every method of the contract, with what no client sends. */
export function anyInput(): void {
  beforeAll(settled);

  describe.each(rawMethods().map((method) => [method.path, method] as const))('%s', (path, method) => {
    it('answers nothing at all with a reason, or as if it had been asked for nothing', async () => {
      wellFormed(path, await send(method, Buffer.alloc(0)));
    });

    it.each([
      ['a field that never ends', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x7f])],
      ['a number in the place of a text', Buffer.from([0x08, 0xff, 0xff, 0xff, 0xff, 0x0f])],
      ['a wire type that there is not', Buffer.from([0x0f, 0x01])],
      ['bytes by chance', randomBytes(512)],
    ])('takes %s for no more than it is', async (_what, bytes) => {
      wellFormed(path, await send(method, bytes));
    });

    it('refuses a message that is too long before it is read', async () => {
      const answer = await send(method, Buffer.alloc(5 * 1024 * 1024, 0x20));
      wellFormed(path, answer);
      expect(answer).toMatchObject({
        reason: 'LIMIT_EXCEEDED',
        text: expect.stringContaining('messageBytesMax'),
      });
    });

    it('repeats nothing of what fields hold, wherever it is', async () => {
      const message = filled(method, CANARY);
      const everywhere = await send(method, method.requestSerialize(message));
      wellFormed(path, everywhere);
      wellFormed(path, await send(method, method.requestSerialize({ ...message, ...ofOwnTenant(method) })));
    });
  });

  it('bytes that are no message are refused as a request', async () => {
    const getRun = rawMethods().find(({ path }) => path.endsWith('/GetRun'));
    if (getRun === undefined) throw new Error('no method GetRun');
    const answer = await send(getRun, Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x7f]));
    expect(answer).toMatchObject({ reason: 'INVALID_REQUEST', code: status.INVALID_ARGUMENT });
  });

  describe('the log of the orchestrator', () => {
    it('holds nothing of it either', () => {
      expect(suite().stack.log('orchestrator')).not.toContain(CANARY);
    });
  });
}
