import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCertificate } from '#attestation';
import { fromBase64, utf8 } from '#canonical';
import { verifyTimestamp } from '#evidence';
import { type TsaBehaviour, TsaServer } from '../../../../test/support/tsa-server.fixture.js';
import { requestTimestamp } from './timestamp-client.js';

const data = utf8('log.example/test\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n');
let tsa: TsaServer;
beforeAll(async () => {
  tsa = await TsaServer.start();
});
afterAll(() => tsa.stop());

const ask = (behaviour: TsaBehaviour, timeoutMs?: number) => {
  tsa.behaviour = behaviour;
  return requestTimestamp({ url: tsa.url, data, clock: Date.now, ...(timeoutMs ? { timeoutMs } : {}) });
};

describe('an answer that is not kept', () => {
  it.each<[TsaBehaviour, RegExp]>([
    ['away', /status 503/],
    ['redirecting', /status 302/],
    ['refusing', /status 2/],
    ['garbage', /TIMESTAMP_MALFORMED|timestamp response/],
    ['empty', /timestamp response/],
    ['huge', /more than 69632 bytes/],
    ['other-imprint', /TIMESTAMP_IMPRINT_MISMATCH/],
    ['other-nonce', /TIMESTAMP_NONCE_MISMATCH/],
    ['no-nonce', /TIMESTAMP_NONCE_MISMATCH/],
    ['forged', /TIMESTAMP_SIGNATURE_INVALID/],
    ['without-certificates', /TIMESTAMP_CERTIFICATE_MISSING/],
    ['old-clock', /a clock is wrong/],
  ])('%s', async (behaviour, message) => {
    await expect(ask(behaviour)).rejects.toThrow(message);
  });

  it.each<TsaBehaviour>(['silent', 'dripping'])('%s, within its time', async (behaviour) => {
    await expect(ask(behaviour, 150)).rejects.toThrow(/no whole answer within 150 ms/);
  });
});

it('a sound token is kept, and verifies under the root of its authority', async () => {
  const { token, digestAlg } = await ask('honest');
  const certificate = parseCertificate(fromBase64(tsa.trusted.certificate));
  const authorities = [{ name: 'tsa', certificate, fromMs: null, toMs: null }];
  const verdict = verifyTimestamp({ token, data, chain: [], crls: [], authorities });
  expect({ ...verdict, digestAlg }).toMatchObject({ reason: null, authority: 'tsa', digestAlg: 'sha256' });
});
