import { describe, expect, it } from 'vitest';
import type { ApiError, CreateRunRequest__Output } from '#contracts';
import { limits } from '../config/limits.js';
import { parseRunRequest } from './run-request.js';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

const request: CreateRunRequest__Output = {
  parent: 'tenants/acme',
  runId: '01JD0000000000000000000000',
  requestId: '5f0c3c1e-8f7b-4c39-9d7e-0a1b2c3d4e5f',
  plan: digest('a'),
  inputs: [{ name: 'application', commitment: `commit:${digest('b')}`, blob: digest('c') }],
  policy: digest('d'),
  clientSealKey: Buffer.alloc(32, 1),
  clientSignKey: Buffer.alloc(32, 2),
  deadline: { seconds: '1795208400', nanos: 5_000_000 },
  costMicrosMax: '1000',
  offers: [{ operation: 'document.extract', package: digest('e'), nonce: Buffer.alloc(32, 3) }],
  validateOnly: false,
  previousRun: '',
  workflowRevision: '',
};

function refused(changes: Partial<CreateRunRequest__Output>): ApiError {
  try {
    parseRunRequest({ ...request, ...changes });
  } catch (error) {
    return error as ApiError;
  }
  throw new Error('the request was accepted');
}

const fieldsOf = (error: ApiError): string[] => error.violations.map(({ field }) => field);

describe('a request for a run', () => {
  it('is read with its amounts and times as numbers', () => {
    expect(parseRunRequest(request)).toMatchObject({
      tenant: 'acme',
      deadlineMs: 1_795_208_400_005,
      costMicrosMax: 1_000n,
      validateOnly: false,
    });
  });

  it('has no cap when it names none', () => {
    expect(parseRunRequest({ ...request, costMicrosMax: '' }).costMicrosMax).toBeNull();
  });

  it.each<[string, Partial<CreateRunRequest__Output>]>([
    ['run_id', { runId: 'run' }],
    ['request_id', { requestId: request.requestId.toUpperCase() }],
    ['request_id', { requestId: `${request.requestId}\n` }],
    ['plan', { plan: digest('a').toUpperCase() }],
    ['policy', { policy: '' }],
    ['client_seal_key', { clientSealKey: Buffer.alloc(31) }],
    ['client_sign_key', { clientSignKey: Buffer.alloc(64) }],
    ['deadline', { deadline: null }],
    ['deadline', { deadline: { seconds: '0', nanos: 0 } }],
    ['deadline', { deadline: { seconds: '-5', nanos: 0 } }],
    ['deadline', { deadline: { seconds: '9223372036854775807', nanos: 0 } }],
    ['cost_micros_max', { costMicrosMax: '01' }],
    ['cost_micros_max', { costMicrosMax: '1e6' }],
    ['cost_micros_max', { costMicrosMax: '-1' }],
    ['cost_micros_max', { costMicrosMax: '1000000000000000000' }],
    [
      'inputs',
      {
        inputs: Array.from({ length: limits.inputsMax + 1 }, () => ({ name: 'a', commitment: '', blob: '' })),
      },
    ],
    [
      'offers',
      {
        offers: Array.from({ length: limits.offersMax + 1 }, () => ({
          operation: '',
          package: '',
          nonce: Buffer.alloc(0),
        })),
      },
    ],
    ['inputs[0]', { inputs: [{ name: 'a', commitment: digest('b'), blob: digest('c') }] }],
    ['inputs[0]', { inputs: [{ name: 'a', commitment: `commit:${digest('b')}`, blob: 'c' }] }],
    ['inputs[0]', { inputs: [{ name: '../a', commitment: `commit:${digest('b')}`, blob: digest('c') }] }],
    ['inputs[0]', { inputs: [{ name: '', commitment: `commit:${digest('b')}`, blob: digest('c') }] }],
    ['offers[0]', { offers: [{ operation: 'x', package: 'e', nonce: Buffer.alloc(32) }] }],
    ['offers[0]', { offers: [{ operation: 'x', package: digest('e'), nonce: Buffer.alloc(16) }] }],
    ['offers[0]', { offers: [{ operation: 'X Y', package: digest('e'), nonce: Buffer.alloc(32) }] }],
  ])('is refused for its %s', (field, changes) => {
    const error = refused(changes);
    expect(error.reason).toBe('INVALID_REQUEST');
    expect(fieldsOf(error)).toContain(field);
    expect(error.message).toContain('expected');
  });

  it('of no tenant is refused before anything else', () => {
    expect(refused({ parent: 'acme' }).message).toContain('tenants/{tenant}');
  });

  it('names everything that is wrong', () => {
    const error = refused({ runId: '', plan: '', policy: '' });
    expect(fieldsOf(error)).toEqual(['run_id', 'plan', 'policy']);
    expect(error.message).toMatch(/\(and 2 more\)$/);
  });
});

describe('what makes two requests the same', () => {
  const contentOf = (changes: Partial<CreateRunRequest__Output>) =>
    parseRunRequest({ ...request, ...changes }).contentDigest;

  it('is everything that the run would be', () => {
    const changes: Partial<CreateRunRequest__Output>[] = [
      { runId: '01JD0000000000000000000001' },
      { plan: digest('0') },
      { policy: digest('0') },
      { inputs: [] },
      { clientSealKey: Buffer.alloc(32, 9) },
      { clientSignKey: Buffer.alloc(32, 9) },
      { deadline: { seconds: '1795208401', nanos: 0 } },
      { costMicrosMax: '' },
      { costMicrosMax: '1001' },
      { offers: [] },
      { previousRun: 'tenants/acme/runs/01JD0000000000000000000009' },
    ];
    const digests = new Set([contentOf({}), ...changes.map(contentOf)]);
    expect(digests.size).toBe(changes.length + 1);
  });

  it('is neither the id of the request nor whether it is only to be checked', () => {
    expect(contentOf({ requestId: '00000000-0000-4000-8000-000000000000' })).toBe(contentOf({}));
    expect(contentOf({ validateOnly: true })).toBe(contentOf({}));
  });
});
