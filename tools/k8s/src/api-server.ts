import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { apiResources, discovery, groupVersion } from './api-resources.js';
import type { KubernetesObject, ObjectCheck } from './kubernetes-schemas.js';
import { mergePatch, strategicPatch } from './object-patch.js';
import { readProtobufObject } from './protobuf-object.js';

const BODY_BYTES_MAX = 8 * 1024 * 1024;

/** Parts of a spec that Kubernetes lets nobody change. */
const immutable: Readonly<Record<string, readonly string[]>> = {
  StatefulSet: ['selector', 'serviceName', 'podManagementPolicy', 'volumeClaimTemplates'],
  Job: ['selector', 'template', 'completions'],
  Service: ['clusterIP'],
  PersistentVolumeClaim: ['accessModes', 'storageClassName', 'volumeName'],
};

interface Call {
  readonly method: string;
  readonly plural: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string | null;
  readonly query: URLSearchParams;
  readonly type: string;
  readonly body: Buffer;
}

class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * As much of a Kubernetes API server as helm and kubectl need, in memory: discovery, objects with patches and selectors,
 * watches, and a world in which every Job completes and every Pod succeeds at once, unless controllers are told to come
 * (`hasNodes`), who then write by `put`. Each write of a client is checked against the strict schemas, and against what
 * may not change. It has no controllers of its own, no admission and no access control.
 */
export class ApiServer {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #watches = new Set<{ readonly call: Call; readonly response: ServerResponse }>();
  readonly #listeners = new Set<() => void>();
  #version = 1;

  private constructor(
    private readonly server: Server,
    private readonly check: ObjectCheck,
    private readonly hasNodes: boolean,
  ) {
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  static async start(check: ObjectCheck, { hasNodes = false } = {}): Promise<ApiServer> {
    const server = createServer();
    const made = new ApiServer(server, check, hasNodes);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${addressOf(this.server).port}`;
  }

  /** Every object, besides the namespaces. */
  get objects(): readonly KubernetesObject[] {
    return [...this.#objects.values()].filter(({ kind }) => kind !== 'Namespace');
  }

  addNamespace(name: string): void {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    this.#objects.set(`namespaces//${name}`, object);
  }

  /** Calls back after each change, of clients and of controllers alike. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** What a controller writes: as it is, with the marks that an object of a server has. */
  put(object: KubernetesObject): void {
    const call = callOf(object);
    const before = this.#objects.get(placeOf(call, object.metadata.name)) ?? null;
    this.#store(call, object, before, (object as { status?: object }).status);
  }

  /** Takes away what a controller made. */
  take(object: KubernetesObject): void {
    const call = callOf(object);
    if (this.#objects.delete(placeOf(call, object.metadata.name))) this.#tell('DELETED', call, object);
  }

  async stop(): Promise<void> {
    for (const { response } of this.#watches) response.end();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const known = discovery(url.pathname);
      if (known !== null) return answer(response, 200, known);
      const call = await readCall(request, url);
      if (call === null) throw new Refusal(404, 'NotFound', `${url.pathname}: no such path`);
      if (call.method === 'GET' && call.query.get('watch') !== null) return this.#watch(call, response);
      answer(response, call.method === 'POST' ? 201 : 200, await this.#do(call));
    } catch (error) {
      const { code, reason, message } =
        error instanceof Refusal ? error : new Refusal(500, 'InternalError', String(error));
      answer(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code });
    }
  }

  async #do(call: Call): Promise<object> {
    if (call.method === 'GET') return call.name === null ? this.#list(call) : this.#existing(call);
    if (call.method === 'POST') return this.#write(call, readObject(call), null);
    if (call.method === 'PUT') return this.#write(call, readObject(call), this.#existing(call));
    if (call.method === 'PATCH') return this.#patch(call);
    const gone = this.#existing(call);
    this.#objects.delete(placeOf(call, gone.metadata.name));
    this.#tell('DELETED', call, gone);
    if (call.plural === 'namespaces') this.#empty(gone.metadata.name);
    return { kind: 'Status', apiVersion: 'v1', status: 'Success' };
  }

  #empty(namespace: string): void {
    for (const object of this.objects) if (object.metadata.namespace === namespace) this.take(object);
  }

  #existing(call: Call): KubernetesObject {
    const found = this.#objects.get(placeOf(call, call.name ?? ''));
    if (found !== undefined) return found;
    throw new Refusal(404, 'NotFound', `${call.plural} "${call.name}" not found`);
  }

  #list(call: Call): object {
    const items = this.#selected(call);
    return {
      kind: `${call.kind}List`,
      apiVersion: call.apiVersion,
      metadata: { resourceVersion: String(this.#version) },
      items,
    };
  }

  #selected(call: Call): readonly KubernetesObject[] {
    return [...this.#objects]
      .filter(([place]) =>
        place.startsWith(`${call.plural}/${call.namespace === '' ? '' : `${call.namespace}/`}`),
      )
      .map(([, object]) => object)
      .filter((object) => isSelected(object, call.query));
  }

  async #patch(call: Call): Promise<object> {
    const applies = call.type.startsWith('application/apply-patch');
    if (applies) {
      const found = this.#objects.get(placeOf(call, call.name ?? ''));
      return this.#write(call, readObject(call), found ?? null);
    }
    const found = this.#existing(call);
    const patch: unknown = JSON.parse(call.body.toString('utf8'));
    const merge = call.type.startsWith('application/strategic') ? strategicPatch : mergePatch;
    return this.#write(call, merge(found, patch) as KubernetesObject, found);
  }

  async #write(call: Call, object: KubernetesObject, before: KubernetesObject | null): Promise<object> {
    const place = placeOf(call, object.metadata.name);
    if (call.method === 'POST' && this.#objects.has(place))
      throw new Refusal(409, 'AlreadyExists', `${call.plural} "${object.metadata.name}" already exists`);
    const { status: _, ...own } = object as { status?: unknown };
    const problems = await this.check(own);
    if (problems.length > 0) {
      const text = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
      throw new Refusal(422, 'Invalid', `${object.kind} "${object.metadata.name}" is invalid: ${text}`);
    }
    if (before !== null) requireUnchanged(before, object);
    const kept = (before as { status?: object } | null)?.status;
    return this.#store(call, object, before, this.hasNodes ? kept : statusOf(object));
  }

  #store(
    call: Call,
    object: KubernetesObject,
    before: KubernetesObject | null,
    status: object | undefined,
  ): KubernetesObject {
    const place = placeOf(call, object.metadata.name);
    this.#version += 1;
    const { status: _, ...own } = object as KubernetesObject & { status?: unknown };
    const generation = generationOf(before);
    const written: KubernetesObject = {
      ...own,
      metadata: {
        ...object.metadata,
        ...(call.namespace === '' ? {} : { namespace: call.namespace }),
        ...{ uid: `uid-${place}`, resourceVersion: String(this.#version) },
        generation: isDeepStrictEqual(before?.['spec'], object['spec']) ? generation : generation + 1,
        ...{ creationTimestamp: '2026-01-01T00:00:00Z' },
      },
      ...(status === undefined ? {} : { status }),
    };
    this.#objects.set(place, written);
    this.#tell(before === null ? 'ADDED' : 'MODIFIED', call, written);
    return written;
  }

  #watch(call: Call, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    const began = call.query.get('sendInitialEvents') === 'true';
    if (began) {
      for (const object of this.#selected(call)) response.write(event('ADDED', object));
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      const metadata = { name: '', resourceVersion: String(this.#version), annotations };
      response.write(event('BOOKMARK', { apiVersion: call.apiVersion, kind: call.kind, metadata }));
    } else response.flushHeaders();
    const watch = { call, response };
    this.#watches.add(watch);
    response.once('close', () => this.#watches.delete(watch));
  }

  #tell(type: string, { plural, namespace }: Call, object: KubernetesObject): void {
    for (const { call, response } of this.#watches)
      if (call.plural === plural && call.namespace === namespace && isSelected(object, call.query))
        response.write(event(type, object));
  }
}

function addressOf(of: Server): AddressInfo {
  return of.address() as AddressInfo;
}

function event(type: string, object: KubernetesObject): string {
  return `${JSON.stringify({ type, object })}\n`;
}

async function readCall(request: IncomingMessage, url: URL): Promise<Call | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Refusal(413, 'RequestEntityTooLarge', 'body too large');
    chunks.push(chunk);
  }
  const base = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))\/(.*)$/.exec(url.pathname);
  const [, core, other, rest = ''] = base ?? [];
  const apiVersion = core ?? other;
  const parts = rest.split('/').map(decodeURIComponent);
  const isInNamespace = parts[0] === 'namespaces' && parts.length > 2;
  const [plural = '', name = null] = isInNamespace ? parts.slice(2) : parts;
  const known = apiResources.find((row) => row[2] === plural && groupVersion(row[0], row[1]) === apiVersion);
  if (known === undefined || apiVersion === undefined) return null;
  return {
    method: request.method ?? 'GET',
    plural,
    kind: known[3],
    apiVersion,
    namespace: isInNamespace ? (parts[1] ?? '') : '',
    name,
    query: url.searchParams,
    type: request.headers['content-type'] ?? '',
    body: Buffer.concat(chunks),
  };
}

function readObject(call: Call): KubernetesObject {
  if (call.type.includes('protobuf')) return readProtobufObject(call.body);
  // JSON is YAML.
  return parse(call.body.toString('utf8')) as KubernetesObject;
}

function placeOf({ plural, namespace }: Call, name: string): string {
  return `${plural}/${namespace}/${name}`;
}

function isSelected({ metadata }: KubernetesObject, query: URLSearchParams): boolean {
  const wanted = (text: string | null): readonly string[] =>
    (text ?? '').split(',').filter((part) => part !== '');
  const ofFields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
  };
  return (
    wanted(query.get('labelSelector')).every((part) => fits(part, metadata.labels ?? {})) &&
    wanted(query.get('fieldSelector')).every((part) => fits(part, ofFields))
  );
}

function fits(requirement: string, values: Readonly<Record<string, string | undefined>>): boolean {
  const [name = '', value] = requirement.split(/!?==?/);
  return requirement.includes('!=') ? values[name] !== value : values[name] === value;
}

function requireUnchanged(before: KubernetesObject, after: KubernetesObject): void {
  const specOf = (object: KubernetesObject) => (object['spec'] ?? {}) as Readonly<Record<string, unknown>>;
  for (const field of immutable[before.kind] ?? []) {
    if (isDeepStrictEqual(specOf(before)[field], specOf(after)[field])) continue;
    const where = `${before.kind} "${before.metadata.name}" is invalid: spec.${field}`;
    throw new Refusal(422, 'Invalid', `${where}: field is immutable`);
  }
}

function generationOf(before: KubernetesObject | null): number {
  return before?.metadata.generation ?? 0;
}

/** The call that a controller would have made. */
function callOf({ apiVersion, kind, metadata }: KubernetesObject): Call {
  const row = apiResources.find(
    (known) => known[3] === kind && groupVersion(known[0], known[1]) === apiVersion,
  );
  if (row === undefined) throw new Refusal(404, 'NotFound', `${apiVersion} ${kind}: no such kind`);
  return {
    ...{ method: 'PUT', plural: row[2], kind, apiVersion, namespace: metadata.namespace ?? '' },
    ...{ name: metadata.name, query: new URLSearchParams(), type: '', body: Buffer.alloc(0) },
  };
}

function statusOf({ kind, metadata }: KubernetesObject): object | undefined {
  const time = '2026-01-01T00:00:00Z';
  if (kind === 'Job') {
    const conditions = [{ type: 'Complete', status: 'True', lastTransitionTime: time, lastProbeTime: time }];
    return { succeeded: 1, startTime: time, completionTime: time, conditions };
  }
  if (kind === 'Pod') {
    const isHook = metadata.annotations?.['helm.sh/hook'] !== undefined;
    return { phase: isHook ? 'Succeeded' : 'Running' };
  }
  return undefined;
}

function answer(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
