/**
 * A model server with the pace of a GPU that serves many at once: each answer begins after a while and then has a token at
 * fixed times, however many others there are. `fork(paced-model-process, [ms to the first token, ms from token to token])`;
 * the message is its port.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject, type Json } from '#canonical';

const [, , first = '', next = ''] = process.argv;
const [firstMs, nextMs] = [Number(first), Number(next)];

process.on('disconnect', () => process.exit(0));
const server = createServer(async (request, response) => {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'paced', object: 'model' }] }));
    return;
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of request as AsyncIterable<Uint8Array>) pieces.push(piece);
  const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Json;
  const tokens = isJsonObject(body) ? Number(body['max_tokens']) : 0;
  await answer(response, tokens);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

async function answer(response: ServerResponse, tokens: number): Promise<void> {
  const beganMs = performance.now();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (value: object): boolean => response.write(`data: ${JSON.stringify(value)}\n\n`);
  const choice = (delta: object, reason: string | null): object => ({
    object: 'chat.completion.chunk',
    model: 'paced',
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  for (let token = 0; token < tokens; token += 1) {
    const dueMs = beganMs + firstMs + token * nextMs;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    if (response.destroyed) return;
    send(choice({ content: 'word ' }, null));
  }
  send(choice({}, 'length'));
  send({ choices: [], usage: { prompt_tokens: 8, completion_tokens: tokens, total_tokens: tokens + 8 } });
  response.end('data: [DONE]\n\n');
}
