import { ApiProblem } from './problem.js';

/** Who is signed in. It lives in the memory of the page and nowhere else: a script of another tab finds nothing. */
export interface Session {
  readonly key: string;
  readonly tenant: string;
}

export type Parameters = Readonly<Record<string, string | number | undefined>>;

/** Reads the HTTP/JSON API of the server that the page came from. */
export class Api {
  constructor(readonly session: Session) {}

  /** @param path below the tenant, e.g. `runs/01M7…` */
  ofTenant<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
    return this.read<T>(`/v1/tenants/${encodeURIComponent(this.session.tenant)}/${path}`, parameters, signal);
  }

  async read<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
    const response = await this.#get(`${path}${queryOf(parameters)}`, signal);
    return (await response.json()) as T;
  }

  async bytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
    const response = await this.#get(
      `/v1/tenants/${encodeURIComponent(this.session.tenant)}/${path}`,
      signal,
    );
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Server-sent events, with the credential that `EventSource` cannot send. */
  async events(path: string, resumeToken: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const headers: Record<string, string> = resumeToken === '' ? {} : { 'last-event-id': resumeToken };
    const response = await this.#get(
      `/v1/tenants/${encodeURIComponent(this.session.tenant)}/${path}`,
      signal,
      headers,
    );
    if (response.body === null) throw new ApiProblem(0, 'UNAVAILABLE', 'the stream has no body');
    return response.body;
  }

  async #get(path: string, signal?: AbortSignal, headers: Record<string, string> = {}): Promise<Response> {
    const init: RequestInit = {
      headers: { ...headers, authorization: `Bearer ${this.session.key}` },
      cache: 'no-store',
      credentials: 'omit',
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
