import { status } from '@grpc/grpc-js';
import { ApiError } from '#contracts';
import { type Logger, toGrpcStatus } from '#telemetry';
import { httpTable } from './access-table.js';
import type { Authenticator } from './authenticator.js';
import { authorize } from './authorize.js';
import { asCaller } from './call-context.js';

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

const httpStatus = new Map<number, number>([
  [status.UNAUTHENTICATED, 401],
  [status.PERMISSION_DENIED, 403],
  [status.NOT_FOUND, 404],
  [status.UNAVAILABLE, 503],
]);

/** The same rules for the HTTP side. A path without an entry is not found, so that no route is open by oversight. */
export function httpGuard(authenticator: Authenticator, logger: Logger) {
  return (request: Request, response: Response, next: () => void): void => {
    admit(request).then(
      (run) => run(next),
      (error: unknown) => answer(error, response),
    );
  };

  async function admit({ method, path, headersDistinct }: Request): Promise<(run: () => void) => void> {
    const reads = method === 'GET' || method === 'HEAD';
    const entry = httpTable.find((candidate) => candidate.path.test(path));
    if (entry === undefined || !reads) throw new ApiError('NOT_FOUND', 'no such address');
    const { access } = entry;
    if (access.kind === 'open') return (run) => run();
    const principal = await authenticator.authenticate(headersDistinct['authorization'] ?? []);
    const tenant = entry.path.exec(path)?.groups?.['tenant'] ?? null;
    authorize(path, access, principal, tenant);
    return (run) => asCaller(principal, run);
  }

  function answer(error: unknown, response: Response): void {
    const { code, details } = toGrpcStatus(error, logger);
    if (code === status.UNAUTHENTICATED) response.setHeader('www-authenticate', 'Bearer');
    const reason = error instanceof ApiError ? error.reason : 'INTERNAL';
    response.status(httpStatus.get(code) ?? 500).json({ reason, message: details });
  }
}
