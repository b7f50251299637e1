import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Ways in which a server that speaks the protocol fails at it. `none` does everything right. */
export type Misbehaviour =
  | 'none'
  | 'busy'
  | 'cut'
  | 'differing-usages'
  | 'drip'
  | 'early-close'
  | 'endless'
  | 'error-inside'
  | 'hang'
  | 'huge-line'
  | 'lying-completion'
  | 'lying-prompt'
  | 'no-done'
  | 'no-finish'
  | 'no-http'
  | 'no-json'
  | 'no-usage'
  | 'over-max'
  | 'redirect'
  | 'refusal'
  | 'silent-begin'
  | 'wrong-type';

export interface MisbehavingServer {
  readonly url: string;
  /** Bodies that came, as text. */
  readonly bodies: readonly string[];
  /** Resolves when a caller left before the answer's end, after the server was last told how to behave. */
  readonly left: Promise<void>;
  behave(how: Misbehaviour): void;
  /** Ends as a process that dies: connections are cut, and nobody listens. */
  close(): Promise<void>;
  /** Listens again where it did. */
  start(): Promise<void>;
}

const words = ['The ', 'answer ', 'is ', 'né', '.'];
const answer = words.join('');

/** Tokens: words of the request's messages split at spaces, and one for each chunk of the answer. */
export async function misbehavingServer(): Promise<MisbehavingServer> {
  const bodies: string[] = [];
  let left = Promise.withResolvers<void>();
  let how: Misbehaviour = 'none';
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) left.resolve();
    });
    handle(request, response, bodies, () => how).catch(() => response.destroy());
  });
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    get left() {
      return left.promise;
    },
    behave: (next) => {
      how = next;
      left = Promise.withResolvers<void>();
    },
    start: async () => {
      await listen(server, port);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  bodies: string[],
  behaviour: () => Misbehaviour,
): Promise<void> {
  if (request.url === '/v1/models') {
    json(response, 200, { object: 'list', data: [{ id: 'small', object: 'model' }] });
    return;
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of request) pieces.push(piece as Uint8Array);
  const body = Buffer.concat(pieces).toString('utf8');
  bodies.push(body);
  const how = behaviour();
  if (await refuses(how, response, body)) return;
  const asked = JSON.parse(body) as { stream?: boolean };
  if (asked.stream === true) await streamed(how, response);
  else {
    json(response, 200, {
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }],
      ...(how === 'no-usage' ? {} : { usage: usageOf(how) }),
    });
  }
}

async function refuses(how: Misbehaviour, response: ServerResponse, body: string): Promise<boolean> {
  if (how === 'silent-begin') return true;
  if (how === 'refusal') json(response, 400, { error: { message: `cannot read ${body}`, code: 400 } });
  else if (how === 'busy') json(response, 503, { error: { message: 'overloaded', code: 503 } });
  else if (how === 'redirect')
    response.writeHead(307, { location: 'http://192.0.2.1/v1/chat/completions' }).end();
  else if (how === 'early-close') response.destroy();
  else if (how === 'no-http') response.socket?.end('220 mail.example ESMTP\r\n');
  else return false;
  return true;
}

async function streamed(how: Misbehaviour, response: ServerResponse): Promise<void> {
  response.writeHead(200, {
    'content-type': how === 'wrong-type' ? 'text/html' : 'text/event-stream; charset=utf-8',
  });
  const send = async (text: string | Uint8Array): Promise<void> => {
    if (response.write(text)) return;
    const ended = new AbortController();
    const either = ['drain', 'close'].map((event) => once(response, event, ended));
    await Promise.race(either.map((one) => one.catch(() => undefined)));
    ended.abort();
  };
  const event = (value: unknown): Promise<void> => send(`data: ${JSON.stringify(value)}\n\n`);
  await event(chunk({ role: 'assistant', content: '' }));
  await event(chunk({ content: words[0] }));
  if (how === 'cut') {
    response.destroy();
    return;
  }
  if (how === 'hang') return;
  if (how === 'huge-line') await send(`data: ${'x'.repeat(300_000)}\n\n`);
  if (how === 'no-json') await send('data: {"choices":[\n\n');
  if (how === 'error-inside') await event({ error: { message: 'CUDA out of memory', code: 500 } });
  while (how === 'endless' && !response.destroyed) await event(chunk({ content: 'x'.repeat(1000) }));
  while (how === 'drip' && !response.destroyed) {
    await send(': still here\n\n');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  for (const word of words.slice(1))
    await split(send, `: comment\r\ndata: ${JSON.stringify(chunk({ content: word }))}\r\n\r\n`);
  await event(chunk({}, how === 'no-finish' ? null : 'stop'));
  if (how === 'differing-usages')
    await event({ choices: [], usage: { ...usageOf(how), completion_tokens: 1 } });
  if (how !== 'no-usage') await event({ choices: [], usage: usageOf(how) });
  if (how !== 'no-done') await send('data: [DONE]\n\n');
  response.end();
}

/** Byte by byte, so that characters and ends of lines come in halves. */
async function split(send: (bytes: Uint8Array) => Promise<void>, text: string): Promise<void> {
  for (const byte of Buffer.from(text)) await send(Uint8Array.of(byte));
}

function usageOf(how: Misbehaviour): object {
  const completion_tokens = how === 'lying-completion' ? 500 : how === 'over-max' ? 70 : words.length;
  const prompt_tokens = how === 'lying-prompt' ? 0 : 7;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function chunk(delta: object, reason: string | null = null): object {
  return {
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: reason }],
    usage: null,
  };
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value, null, 2));
}
