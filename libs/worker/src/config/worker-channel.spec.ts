import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPki } from '../../../tls/src/pki.fixture.js';
import { workerChannel } from './worker-channel.js';

const silent = { info: () => undefined, warn: () => undefined };
let pki: TestPki;
beforeAll(() => {
  pki = new TestPki();
});
afterAll(() => pki.close());

const channel = (workerId: string, files: Parameters<typeof workerChannel>[1]) =>
  workerChannel({ workerId }, files, () => Date.now(), silent);

describe('the channel of a worker', () => {
  it('shows the certificate of this worker', () => {
    expect(channel('w-0', pki.worker('w-0'))._isSecure()).toBe(true);
  });

  it.each([
    ['another worker', () => pki.worker('w-1'), /got that of w-1$/],
    [
      'no worker',
      () => pki.leaf('x', { uris: ['spiffe://test.example/orchestrator'] }),
      /got none of a worker$/,
    ],
    ['nobody', () => ({ ca: pki.worker('w-0').ca }), /got none of a worker$/],
    ['no SPIFFE ID', () => pki.server(), /expected one URI name/],
  ])('is not made with the certificate of %s', (_, files, message) => {
    expect(() => channel('w-0', files())).toThrow(message);
  });

  it('is not made with a key that is another’s', () => {
    const files = { ...pki.worker('w-0'), key: pki.worker('w-1').key };
    expect(() => channel('w-0', files)).toThrow(expect.objectContaining({ code: 'KEY_MISMATCH' }));
  });
});
