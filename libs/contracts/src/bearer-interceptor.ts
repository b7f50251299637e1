import { InterceptingCall, type Interceptor, Metadata, status } from '@grpc/grpc-js';
import { type Bearer, requireCredential } from './bearer.js';

/**
 * Puts the caller's credential on every call. Works on any channel; what may listen on the way is the channel's care.
 *
 * @throws RangeError for a text that is no credential, without the text
 */
export function bearerInterceptor(bearer: Bearer): Interceptor {
  if (typeof bearer === 'string') requireCredential(bearer);
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start: (metadata, listener, next) => {
        const send = (credential: string): void => {
          requireCredential(credential);
          metadata.set('authorization', `Bearer ${credential}`);
          next(metadata, listener);
        };
        if (typeof bearer === 'string') {
          send(bearer);
          return;
        }
        Promise.resolve()
          .then(bearer)
          .then(send)
          .catch(() => {
            const details = 'the source of this client’s token gave none: expected a token, got an error';
            listener.onReceiveStatus({ code: status.UNAUTHENTICATED, details, metadata: new Metadata() });
          });
      },
    });
}
