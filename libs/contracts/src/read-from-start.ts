import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';

/**
 * Asks for the first message of a stream at once, whenever its caller begins to read.
 *
 * grpc-js 1.14 stops its transport only with a message that somebody asked for (`tryPush` of its subchannel call):
 * until the first read it takes everything that comes and keeps it, so that a caller who waits with it holds a whole
 * blob in memory and no server ever sees that he is slow. With one read asked for, the window of HTTP/2 fills and the
 * server waits, or ends the call by its own rules.
 */
export const readFromStart: Interceptor = (options, nextCall) => {
  const call = nextCall(options);
  if (!options.method_definition.responseStream) return new InterceptingCall(call);
  return new InterceptingCall(call, {
    start: (metadata, listener, next) => {
      next(metadata, listener);
      call.startRead();
    },
  });
};
