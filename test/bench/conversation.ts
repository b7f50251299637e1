import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf, isJsonObject, type Json, type JsonObject } from '#canonical';
import { type Conversation, connect, type SealflowClient } from '#client';
import { sessionInput } from '#conversation';
import { freePort } from '#loopback';
import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { type RunningStack, startStack } from '../../apps/cli/src/stack/stack.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';
import { eachAtOnce } from './each-at-once.js';
import { type Figure, median } from './figures.js';

const TENANT = 'bench';
const FIRST_MS = 100;
const TOKEN_MS = 20;
const TOKENS = 100;
const ROUNDS = 3;
const STREAMS = [1, 32];
const modelDir = join(projectRoot, 'apps/tee-worker/models/licence-talk');
const weightsFile = join(modelDir, 'licence-talk.onnx');
const definition = readFileSync(join(projectRoot, 'examples/conversation.yaml'), 'utf8');

interface ModelServer {
  readonly url: string;
  readonly id: string;
  readonly tokenizer: string;
  readonly process: ChildProcess;
}

/** One stack after the other, each behind a server of its own; each server is asked directly and through Sealflow in turn. */
export async function measureConversation(installation: () => Installation): Promise<Figure[]> {
  const weights = digestOf(readFileSync(weightsFile));
  const pace = `from a server of ${1000 / TOKEN_MS} tokens/s a stream, first token after ${FIRST_MS} ms`;
  const paced = await withServer(installation(), await pacedServer(), (stack, server) =>
    measureStreams(stack, server, weights, { name: 'paced', note: pace, goals: true }),
  );
  const note = 'real small model, unpaced, on the same cores as all that is between; no goal';
  const small = await withServer(installation(), await smallServer(), (stack, server) =>
    measureStreams(stack, server, weights, { name: 'small model', note, goals: false }),
  );
  return [...paced, ...small];
}

async function withServer<T>(
  installation: Installation,
  server: ModelServer,
  work: (stack: RunningStack, server: ModelServer) => Promise<T>,
): Promise<T> {
  try {
    const stack = await startStack(installation, () => undefined, {
      workerEnvironment: {
        SEALFLOW_MODEL_URL: server.url,
        SEALFLOW_MODEL_ID: server.id,
        SEALFLOW_MODEL_WEIGHTS: weightsFile,
        SEALFLOW_MODEL_TOKENIZER: server.tokenizer,
      },
    });
    try {
      return await work(stack, server);
    } finally {
      await stack.stop();
    }
  } finally {
    // Signals are for whoever runs the worker: both servers end with the channel to their parent.
    const ended = once(server.process, 'exit');
    server.process.disconnect();
    await ended;
  }
}

interface Told {
  readonly name: string;
  readonly note: string;
  readonly goals: boolean;
}

async function measureStreams(
  stack: RunningStack,
  server: ModelServer,
  weights: Digest,
  { name, note, goals }: Told,
): Promise<Figure[]> {
  const client = await clientOf(stack);
  const figures: Figure[] = [];
  try {
    const conversation = await begin(client, weights);
    const direct = (index: number) => directly(server, requestOf(server, index));
    const sealed = (index: number) => conversation.call(requestOf(server, index));
    await driven(1, direct);
    await driven(1, sealed);
    for (const streams of STREAMS) {
      const pairs: { direct: Driven; sealed: Driven }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        pairs.push({ direct: await driven(streams, direct), sealed: await driven(streams, sealed) });
      }
      const perSecond = (side: 'direct' | 'sealed'): number =>
        median(pairs.map((pair) => pair[side].tokens / pair[side].seconds));
      const firstMs = (side: 'direct' | 'sealed'): number =>
        median(pairs.flatMap((pair) => pair[side].firstMs));
      const at = `conversation, ${name}, ${streams} at once`;
      const samples = ROUNDS * streams;
      figures.push(
        { name: `${at}: directly`, value: perSecond('direct'), unit: '1/s', samples, note },
        { name: `${at}: sealed`, value: perSecond('sealed'), unit: '1/s', samples, note: 'tokens' },
        {
          name: `${at}: overhead`,
          value: 100 * (1 - perSecond('sealed') / perSecond('direct')),
          unit: '%',
          ...(goals ? { target: 7 } : {}),
          samples,
          note: 'of tokens/s; medians of rounds that alternate',
        },
        {
          name: `${at}: first token later`,
          value: firstMs('sealed') - firstMs('direct'),
          unit: 'ms',
          ...(goals ? { target: 30 } : {}),
          samples,
          note: `${Math.round(firstMs('sealed'))} ms sealed, ${Math.round(firstMs('direct'))} ms directly`,
        },
      );
    }
    await conversation.close();
    return figures;
  } finally {
    client.close();
  }
}

async function clientOf(stack: RunningStack): Promise<SealflowClient> {
  const operator = stack.installation.keys.read('operator') ?? undefined;
  const { grpc } = stack.address;
  keys.set(grpc, keys.get(grpc) ?? tenantKey(grpc, operator, TENANT, everyTenantRole));
  return await connect({ target: grpc, tenant: TENANT, apiKey: await keys.get(grpc), trust: stack.trust });
}

/** A key is made once: its making is no part of a connection. */
const keys = new Map<string, ReturnType<typeof tenantKey>>();

async function begin(client: SealflowClient, weights: Digest): Promise<Conversation> {
  const key = new Uint8Array(randomBytes(32));
  const parameters = { converse: { weights, callsMax: 1024 } };
  const session = { ...sessionInput(key) };
  const run = await client.run({ definition, parameters }, { session }, { deadlineMs: 1_800_000 });
  return run.conversation(key);
}

function requestOf({ id }: ModelServer, seed: number): JsonObject {
  const messages = [{ role: 'user', content: 'What may I do with the work?' }];
  return {
    model: id,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: TOKENS,
    seed,
  };
}

interface Driven {
  readonly tokens: number;
  readonly seconds: number;
  readonly firstMs: readonly number[];
}

async function driven(streams: number, ask: (index: number) => AsyncIterable<string>): Promise<Driven> {
  const beganMs = performance.now();
  const answers = await eachAtOnce(streams, streams, async (index) => {
    const askedMs = performance.now();
    let firstMs = Number.NaN;
    let tokens = 0;
    for await (const data of ask(index)) {
      const chunk = JSON.parse(data) as Json;
      if (Number.isNaN(firstMs) && hasContent(chunk)) firstMs = performance.now() - askedMs;
      const usage = isJsonObject(chunk) ? chunk['usage'] : null;
      if (isJsonObject(usage)) tokens = Number(usage['completion_tokens']);
    }
    return { firstMs, tokens };
  });
  return {
    tokens: answers.reduce((sum, { tokens }) => sum + tokens, 0),
    seconds: (performance.now() - beganMs) / 1000,
    firstMs: answers.map(({ firstMs }) => firstMs).filter((ms) => !Number.isNaN(ms)),
  };
}

function hasContent(chunk: Json): boolean {
  const choices = isJsonObject(chunk) ? chunk['choices'] : null;
  const [choice] = Array.isArray(choices) ? choices : [];
  const delta = isJsonObject(choice) ? choice['delta'] : null;
  return isJsonObject(delta) && typeof delta['content'] === 'string' && delta['content'] !== '';
}

/** The same server without anything between. */
async function* directly({ url }: ModelServer, request: JsonObject): AsyncGenerator<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(request),
  });
  if (response.status !== 200 || response.body === null) throw new Error(`status ${response.status}`);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) if (event !== 'data: [DONE]') yield event.slice('data: '.length);
  }
}

async function pacedServer(): Promise<ModelServer> {
  const script = join(projectRoot, 'dist/test/bench/paced-model-process.js');
  const process = fork(script, [String(FIRST_MS), String(TOKEN_MS)]);
  const [port] = await once(process, 'message');
  return { url: `http://127.0.0.1:${Number(port)}`, id: 'paced', tokenizer: 'words', process };
}

async function smallServer(): Promise<ModelServer> {
  const port = await freePort();
  const process = fork(join(projectRoot, 'dist/apps/tee-worker/model-server.js'), [modelDir, String(port)]);
  await once(process, 'message');
  return { url: `http://127.0.0.1:${port}`, id: 'licence-talk', tokenizer: 'bytes', process };
}
