import { InterceptingCall, type Interceptor, Metadata, status } from '@grpc/grpc-js';

/** An API key, or what gives a token for each call, e.g. one that is renewed in time. */
export type Bearer = string | (() => string | Promise<string>);

const printable = /^[\x21-\x7e]{1,16384}$/;

/**
 * Puts the caller's credential on every call. Works on any channel; what may listen on the way is the channel's care.
 *
 * @throws RangeError for a text that is no credential, without the text
 */
export function bearerInterceptor(bearer: Bearer): Interceptor {
  if (typeof bearer === 'string') requirePrintable(bearer);
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start: (metadata, listener, next) => {
        const send = (credential: string): void => {
          requirePrintable(credential);
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

/** A line break in a header would be refused with the header quoted, and with it the secret. */
function requirePrintable(credential: string): void {
  if (!printable.test(credential)) throw new RangeError('expected an API key or a token, got another text');
}
