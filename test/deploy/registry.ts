import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';

export interface RegistryCertificate {
  readonly certificate: string;
  readonly key: string;
}

interface Manifest {
  readonly type: string;
  readonly body: Buffer;
  readonly digest: string;
}

/**
 * A registry in memory, as far as skopeo and helm ask one (OCI distribution 1.0: push by parts or at once, pull by tag and
 * digest), with a folder of signatures beside it. It is reached as a proxy: whichever host a client names over TLS, this one answers.
 */
export class Registry {
  readonly #blobs = new Map<string, Buffer>();
  readonly #uploads = new Map<string, Buffer>();
  readonly #manifests = new Map<string, Manifest>();
  readonly #sockets = new Set<Socket>();
  readonly #proxy: Server;
  readonly #server: ReturnType<typeof createTlsServer>;

  private constructor(
    certificate: RegistryCertificate,
    private readonly signatures: string,
  ) {
    this.#server = createTlsServer(
      { cert: certificate.certificate, key: certificate.key },
      (request, response) => {
        void this.#answer(request, response);
      },
    );
    this.#proxy = createServer((_request, response) => response.writeHead(501).end());
    this.#proxy.on('connect', (_request: IncomingMessage, client: Socket) => {
      const upstream = connect((this.#server.address() as AddressInfo).port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
      }
    });
  }

  static async start(certificate: RegistryCertificate, signatures: string): Promise<Registry> {
    const registry = new Registry(certificate, signatures);
    for (const server of [registry.#server, registry.#proxy]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return registry;
  }

  /** For HTTPS_PROXY. */
  get proxyUrl(): string {
    return `http://127.0.0.1:${(this.#proxy.address() as AddressInfo).port}`;
  }

  /** Digest under which a tag lies. */
  digestOf(name: string, tag: string): string | undefined {
    return this.#manifests.get(`${name} ${tag}`)?.digest;
  }

  manifestOf(name: string, tag: string): Buffer {
    const found = this.#manifests.get(`${name} ${tag}`);
    if (found === undefined) throw new Error(`no ${name}:${tag}`);
    return found.body;
  }

  /** Another manifest under a tag, as whoever runs a registry can put it there. */
  replace(name: string, tag: string, body: Buffer): void {
    const before = this.#manifests.get(`${name} ${tag}`);
    if (before === undefined) throw new Error(`no ${name}:${tag}`);
    const made = { ...before, body, digest: digestOf(body) };
    for (const reference of [tag, made.digest]) this.#manifests.set(`${name} ${reference}`, made);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of [this.#proxy, this.#server]) {
      server.close();
      server.closeAllConnections();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    const url = new URL(request.url ?? '', 'https://registry.invalid');
    const { method = 'GET' } = request;
    const send = (
      status: number,
      headers: Record<string, string> = {},
      bytes: Buffer | string = '',
    ): void => {
      response.writeHead(status, headers).end(method === 'HEAD' ? undefined : bytes);
    };
    if (url.pathname === '/v2/') return send(200, {}, '{}');
    if (url.pathname.startsWith('/signatures/')) {
      const file = join(this.signatures, decodeURIComponent(url.pathname.slice('/signatures/'.length)));
      return existsSync(file) ? send(200, {}, readFileSync(file)) : send(404);
    }
    const [, name = '', kind = '', reference = ''] =
      /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs)\/([^/]*)$/.exec(url.pathname) ?? [];
    if (kind === 'blobs/uploads') return send(...this.#uploaded(name, reference, { method, url, body }));
    if (kind === 'blobs') {
      const blob = this.#blobs.get(reference);
      return blob === undefined ? send(404) : send(200, { 'content-length': String(blob.length) }, blob);
    }
    if (kind !== 'manifests') return send(404);
    if (method === 'PUT') {
      const made = { type: request.headers['content-type'] ?? '', body, digest: digestOf(body) };
      for (const each of [reference, made.digest]) this.#manifests.set(`${name} ${each}`, made);
      return send(201, { 'docker-content-digest': made.digest });
    }
    const found = this.#manifests.get(`${name} ${reference}`);
    if (found === undefined) return send(404, {}, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    const headers = { 'content-type': found.type, 'content-length': String(found.body.length) };
    return send(200, { ...headers, 'docker-content-digest': found.digest }, found.body);
  }

  /** Status and headers of the answer. */
  #uploaded(
    name: string,
    id: string,
    { method, url, body }: { readonly method: string; readonly url: URL; readonly body: Buffer },
  ): [number, Record<string, string>] {
    if (method === 'POST') {
      const made = randomUUID();
      this.#uploads.set(made, Buffer.alloc(0));
      return [202, { location: `/v2/${name}/blobs/uploads/${made}` }];
    }
    const bytes = Buffer.concat([this.#uploads.get(id) ?? Buffer.alloc(0), body]);
    this.#uploads.set(id, bytes);
    if (method === 'PATCH') return [202, { location: url.pathname, range: `0-${bytes.length - 1}` }];
    const digest = digestOf(bytes);
    if (digest !== url.searchParams.get('digest')) return [400, {}];
    this.#blobs.set(digest, bytes);
    return [201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest }];
  }
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
