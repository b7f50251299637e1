import { readFile } from 'node:fs/promises';
import { BYTE_TOKENIZER } from '#conversation';
import { readSmallModel } from '../../model-server/small-model.js';
import { weightsDigest } from './model-weights.js';
import { openAiUpstream } from './openai-upstream.js';
import { OwnModelServer } from './own-model-server.js';
import type { ModelFacts, Upstream } from './upstream.js';
import { UpstreamError } from './upstream-error.js';

export interface ConfiguredUpstream extends Upstream {
  close(): Promise<void>;
}

/** Value of `SEALFLOW_MODEL_URL` for the small model that comes with the worker; for development and tests. */
export const SMALL_MODEL = 'small';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The model server of a worker by its environment, or null where none is named:
 *
 * - `SEALFLOW_MODEL_URL`: a server on this machine; with it `SEALFLOW_MODEL_ID` and `SEALFLOW_MODEL_WEIGHTS`, the file or
 *   folder that the server loads, and, where they apply, `SEALFLOW_MODEL_TOKENIZER` and `SEALFLOW_MODEL_KEY_FILE`.
 * - `small` in its place: the small model that comes with the worker; its server starts with the first call.
 *
 * @throws UpstreamError `UPSTREAM_ADDRESS_REFUSED`, `MODEL_UNAVAILABLE`
 */
export async function configuredUpstream(
  environment: Environment,
  smallModelDir: string,
): Promise<ConfiguredUpstream | null> {
  const address = setting(environment, 'SEALFLOW_MODEL_URL');
  if (address === null) return null;
  if (address === SMALL_MODEL) return await smallModel(smallModelDir);
  const facts: ModelFacts = {
    id: required(environment, 'SEALFLOW_MODEL_ID'),
    weights: await weightsDigest(required(environment, 'SEALFLOW_MODEL_WEIGHTS')),
    tokenizer: setting(environment, 'SEALFLOW_MODEL_TOKENIZER') ?? 'model',
  };
  const keyFile = setting(environment, 'SEALFLOW_MODEL_KEY_FILE');
  const key = keyFile === null ? {} : { key: await readKey(keyFile) };
  const upstream = openAiUpstream({ address, models: [facts], ...key });
  return {
    models: (signal) => upstream.models(signal),
    answer: (request, signal) => upstream.answer(request, signal),
    close: async () => undefined,
  };
}

async function readKey(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const key = text.trim();
  if (/^[\x21-\x7e]{1,4096}$/.test(key)) return key;
  throw new UpstreamError(
    'MODEL_UNAVAILABLE',
    'SEALFLOW_MODEL_KEY_FILE: expected a file with one line, the key',
  );
}

async function smallModel(folder: string): Promise<ConfiguredUpstream> {
  const { id, weights } = await readSmallModel(folder).catch((error: unknown) => {
    throw new UpstreamError('MODEL_UNAVAILABLE', error instanceof Error ? error.message : 'unknown');
  });
  const models: readonly ModelFacts[] = [{ id, weights, tokenizer: BYTE_TOKENIZER }];
  const server = new OwnModelServer(folder);
  return {
    // Known without the server: who only asks what is served starts no process.
    models: async () => models,
    answer: async function* (request, signal) {
      const address = await server.address();
      yield* openAiUpstream({ address, models }).answer(request, signal);
    },
    close: () => server.close(),
  };
}

function required(environment: Environment, name: string): string {
  const value = setting(environment, name);
  if (value !== null) return value;
  throw new UpstreamError('MODEL_UNAVAILABLE', `${name} has to be set beside SEALFLOW_MODEL_URL`);
}

function setting(environment: Environment, name: string): string | null {
  const value = environment[name]?.trim();
  return value === undefined || value === '' ? null : value;
}
