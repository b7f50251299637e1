import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { ApiError } from '#contracts';
import { type Logger, toGrpcStatus } from '#telemetry';
import type { PeerCertificates } from '../tls/peer-certificates.js';
import { type Access, methodTable } from './access-table.js';
import type { Authenticator } from './authenticator.js';
import { authorize, namedTenant } from './authorize.js';
import { asCaller } from './call-context.js';
import { amongBlobs, type Principal } from './principal.js';

const nobody: Access = { kind: 'shared', roles: [] };

/** How often the credential of an open stream is looked at again: a revoked key ends what it began. */
export const STREAM_RECHECK_MS = 10_000;

/**
 * Stands before every method of the server, also before those that no controller has: an interceptor of the
 * transport, so that nothing can be registered around it. A handler runs only for a caller who may call it.
 */
export function grpcGuard(
  authenticator: Authenticator,
  logger: Logger,
  recheckMs: number = STREAM_RECHECK_MS,
  /** Null where connections show no certificates. */
  peers: PeerCertificates | null = null,
): ServerInterceptor {
  return (method, call) => {
    const access = methodTable[method.path] ?? nobody;
    if (access.kind === 'open') return new ServerInterceptingCall(call);
    let caller: Principal | null = null;
    // Which tenant is meant stands in the message: until it is known, nothing is said of roles either.
    let allowed = false;
    let ended = false;
    let recheck: NodeJS.Timeout | undefined;
    const end = (): void => {
      ended = true;
      clearInterval(recheck);
    };
    const refuse = (error: unknown): void => {
      if (ended) return;
      end();
      call.sendStatus(toGrpcStatus(error, logger));
    };
    const as = (run: () => void): void => {
      if (ended || caller === null) return;
      asCaller(caller, run);
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const headers = metadata.get('authorization');
            const admit = (known: Principal): void => {
              const admitted = peers === null ? known : peers.admit(known, call.getAuthContext());
              const principal = amongBlobs(admitted, method.path);
              caller = principal;
              if (access.kind !== 'tenant') {
                authorize(method.path, access, principal, null);
                allowed = true;
              }
              // The secret ends here: no handler and no log can repeat it.
              metadata.remove('authorization');
              if (method.requestStream || method.responseStream) {
                recheck = setInterval(() => {
                  authenticator.authenticate(headers).catch((error: unknown) => {
                    // What cannot be looked at now is not refused for it.
                    if (error instanceof ApiError && error.code === status.UNAUTHENTICATED) refuse(error);
                  });
                }, recheckMs).unref();
              }
              as(() => pass(metadata));
            };
            try {
              // A key that calls all the time is known at once.
              const recent = authenticator.recent(headers);
              if (recent === null) authenticator.authenticate(headers).then(admit).catch(refuse);
              else admit(recent);
            } catch (error) {
              refuse(error);
            }
          },
          onReceiveMessage: (message, pass) => {
            if (ended || caller === null) return;
            try {
              if (!allowed) authorize(method.path, access, caller, namedTenant(access, message));
              allowed = true;
            } catch (error) {
              refuse(error);
              return;
            }
            as(() => pass(message));
          },
          onReceiveHalfClose: (pass) => {
            if (allowed) as(pass);
            else refuse(new ApiError('INVALID_REQUEST', 'request: expected a message, got none'));
          },
          onCancel: end,
        }),
      sendStatus: (sent, next) => {
        end();
        next(sent);
      },
    });
  };
}
