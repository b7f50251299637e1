import { ApiError } from '#contracts';
import { type Logger, problemOf, toApiError } from '#telemetry';
import { httpTable } from './access-table.js';
import type { Authenticator } from './authenticator.js';
import { authorize } from './authorize.js';
import { asCaller } from './call-context.js';
import type { Principal } from './principal.js';
import type { Sessions } from './sessions.js';

/** What is used of Express. */
interface Request {
  readonly method: string;
  readonly path: string;
  readonly headersDistinct: Readonly<Record<string, readonly string[] | undefined>>;
}
interface Response {
  setHeader(name: string, value: string): void;
  status(code: number): { json(body: unknown): void };
}

/** The same rules for the HTTP side. A path without an entry is not found, so that no route is open by oversight. */
export function httpGuard(authenticator: Authenticator, logger: Logger, sessions: Sessions) {
  return (request: Request, response: Response, next: () => void): void => {
    admit(request).then(
      (run) => run(next),
      (error: unknown) => answer(error, response),
    );
  };

  async function admit({ method, path, headersDistinct }: Request): Promise<(run: () => void) => void> {
    const verb = method === 'HEAD' ? 'GET' : method;
    const entry = httpTable.find((each) => (each.method ?? 'GET') === verb && each.path.test(path));
    if (entry === undefined) throw new ApiError('NOT_FOUND', 'no such address');
    const { access } = entry;
    if (access.kind === 'open') return (run) => run();
    const principal = await caller(headersDistinct, verb);
    const tenant = entry.path.exec(path)?.groups?.['tenant'] ?? null;
    authorize(path, access, principal, tenant);
    return (run) => asCaller(principal, run);
  }

  /** A header goes before a cookie, which browsers send by themselves. */
  async function caller(headers: Request['headersDistinct'], verb: string): Promise<Principal> {
    const { authorization = [], cookie = [], 'sealflow-csrf': csrf = [] } = headers;
    const session = authorization.length > 0 ? null : await sessions.find(cookie);
    if (session === null) return authenticator.authenticate(authorization);
    if (verb !== 'GET') sessions.requireOwn(session, csrf);
    return session.principal;
  }

  function answer(error: unknown, response: Response): void {
    const problem = problemOf(toApiError(error, logger));
    if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer');
    for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
    response.status(problem.status).json(problem.body);
  }
}
