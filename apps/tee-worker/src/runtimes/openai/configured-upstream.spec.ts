import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { type ConfiguredUpstream, configuredUpstream } from './configured-upstream.js';
import type { UpstreamPart } from './upstream.js';

const modelDir = 'apps/tee-worker/models/licence-talk';
const weights = `${modelDir}/licence-talk.onnx`;
const small = { SEALFLOW_MODEL_URL: 'small' };
const forever = new AbortController().signal;

let upstream: ConfiguredUpstream | null = null;
afterEach(async () => {
  await upstream?.close();
  upstream = null;
});

describe('the model server of a worker is refused', () => {
  it.each([
    ['UPSTREAM_ADDRESS_REFUSED', { SEALFLOW_MODEL_URL: 'http://192.0.2.1:8000' }],
    ['MODEL_UNAVAILABLE', { SEALFLOW_MODEL_WEIGHTS: '' }],
    ['MODEL_UNAVAILABLE', { SEALFLOW_MODEL_WEIGHTS: `${modelDir}/absent` }],
    ['MODEL_UNAVAILABLE', { SEALFLOW_MODEL_ID: '' }],
    ['MODEL_UNAVAILABLE', { SEALFLOW_MODEL_KEY_FILE: weights }],
  ])('with %s: %j', async (code, wrong) => {
    const right = {
      SEALFLOW_MODEL_URL: 'http://127.0.0.1:8000',
      SEALFLOW_MODEL_ID: 'small',
      SEALFLOW_MODEL_WEIGHTS: weights,
    };
    await expect(configuredUpstream({ ...right, ...wrong }, modelDir)).rejects.toMatchObject({ code });
  });

  it('with a small model that is not there', async () => {
    await expect(configuredUpstream(small, 'apps/tee-worker/models/absent')).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
    });
  });
});

describe('the model server of a worker', () => {
  it('is none where none is named', async () => {
    await expect(configuredUpstream({}, modelDir)).resolves.toBeNull();
  });

  it('is the small model where it says so, with counts that anybody can make', async () => {
    upstream = await configuredUpstream(small, modelDir);
    if (upstream === null) expect.fail('no upstream');
    await expect(upstream.models(forever)).resolves.toEqual([
      { id: 'licence-talk', weights: digestOf(readFileSync(weights)), tokenizer: 'bytes' },
    ]);
    const messages = [{ role: 'user', content: 'né' }];
    const request = { model: 'licence-talk', messages, stream: true, seed: 1, max_tokens: 30 };
    const parts: UpstreamPart[] = [];
    for await (const part of upstream.answer(request, forever)) parts.push(part);
    const text = parts
      .map((part) => (part.kind === 'chunk' ? JSON.parse(part.data).choices[0].delta.content : ''))
      .join('');
    expect(parts.at(-1)).toEqual({
      kind: 'usage',
      usage: { promptTokens: 'user: n__\nassistant: '.length, completionTokens: Buffer.byteLength(text) },
    });
  });
});
