import { ApiProblem } from './problem.js';

/** Who is signed in, as the server says. The credential is a cookie that no script reads. */
export interface Session {
  readonly tenant: string;
  readonly holder: string;
  readonly roles: readonly string[];
  readonly expireTime: string;
  /** Shows with a change that this page asks for it and not another site. */
  readonly csrfToken: string;
}

export interface Issuer {
  readonly id: string;
  readonly name: string;
}

export type Parameters = Readonly<Record<string, string | number | undefined>>;

interface Sent {
  readonly method: 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Null when nobody is: the session is over, or there was none. */
export async function currentSession(): Promise<Session | null> {
  try {
    return sessionOf(await (await call('/v1/session')).json());
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}

/** Changes an API key for a session: the page keeps no key. */
export async function beginSession(key: string): Promise<Session> {
  const headers = { authorization: `Bearer ${key}` };
  return sessionOf(await (await call('/v1/session', { sent: { method: 'POST', headers } })).json());
}

export async function loginIssuers(): Promise<readonly Issuer[]> {
  const { issuers = [] } = (await (await call('/v1/login')).json()) as { issuers?: readonly Issuer[] };
  return issuers;
}

/** Reads the HTTP/JSON API of the server that the page came from. */
export class Api {
  /** @param onOver when the server says that the session is over */
  constructor(
    readonly session: Session,
    private readonly onOver: () => void,
  ) {}

  may(...roles: readonly string[]): boolean {
    return roles.some((role) => this.session.roles.includes(role));
  }

  /** @param path below the tenant, e.g. `runs/01M7…` */
  ofTenant<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
    return this.read<T>(this.#below(path), parameters, signal);
  }

  async read<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
    return (await (await this.#call(`${path}${queryOf(parameters)}`, { signal })).json()) as T;
  }

  async bytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#call(this.#below(path), { signal })).arrayBuffer());
  }

  /** @param path below the tenant */
  async send<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
    const headers = { 'content-type': 'application/json', 'sealflow-csrf': this.session.csrfToken };
    const sent: Sent = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await (await this.#call(this.#below(path), { sent, signal })).json()) as T;
  }

  async end(): Promise<void> {
    const headers = { 'sealflow-csrf': this.session.csrfToken };
    await this.#call('/v1/session', { sent: { method: 'DELETE', headers } });
  }

  /** Server-sent events. `EventSource` would not say why it was refused. */
  async events(path: string, resumeToken: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const headers: Record<string, string> = resumeToken === '' ? {} : { 'last-event-id': resumeToken };
    const response = await this.#call(this.#below(path), { signal, headers });
    if (response.body === null) throw new ApiProblem(0, 'UNAVAILABLE', 'the stream has no body');
    return response.body;
  }

  #below(path: string): string {
    return `/v1/tenants/${encodeURIComponent(this.session.tenant)}/${path}`;
  }

  async #call(path: string, asked: Asked): Promise<Response> {
    try {
      return await call(path, asked);
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) this.onOver();
      throw error;
    }
  }
}

interface Asked {
  readonly sent?: Sent;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

async function call(path: string, { sent, headers = {}, signal }: Asked = {}): Promise<Response> {
  const init: RequestInit = {
    headers,
    ...sent,
    cache: 'no-store',
    credentials: 'same-origin',
    redirect: 'error',
    ...(signal === undefined ? {} : { signal }),
  };
  const response = await fetch(path, init).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new ApiProblem(0, 'UNREACHABLE', 'no answer');
  });
  if (response.ok) return response;
  throw await problemOf(response);
}

function sessionOf(answer: unknown): Session {
  const { tenant = '', ...session } = answer as Session;
  if (tenant === '') throw new ApiProblem(403, 'TENANT_MISSING', 'this credential belongs to no tenant');
  return { ...session, tenant };
}

/** The server's own reason and words (RFC 9457). */
async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  const field = (name: string): string => {
    const value = typeof body === 'object' && body !== null ? Reflect.get(body, name) : null;
    return typeof value === 'string' ? value.slice(0, 500) : '';
  };
  return new ApiProblem(
    response.status,
    field('reason') || `HTTP_${response.status}`,
    field('detail') || response.statusText,
  );
}

export function queryOf(parameters: Parameters): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
