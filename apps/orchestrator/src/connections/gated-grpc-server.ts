import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { type GrpcOptions, ServerGrpc } from '@nestjs/microservices';
import { isObservable } from 'rxjs';
import { GatedListener, type GateKeeping } from './gated-listener.js';

type Options = GrpcOptions['options'];

/** What Nest makes of a method of a controller: an answer, or an Observable of one or of what it failed of. */
type UnaryHandler = (request: unknown, metadata: unknown, call: unknown) => Promise<unknown>;
type UnaryMethod = (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => void;

/** Nest's gRPC server, behind the gate: it is made as Nest makes it, and does not bind its port itself. */
export class GatedGrpcServer extends ServerGrpc {
  #listener: GatedListener | null = null;

  constructor(
    private readonly made: Options,
    private readonly keeping: GateKeeping,
  ) {
    super(made);
  }

  override async createClient(): Promise<Server> {
    const { channelOptions, maxReceiveMessageLength, credentials, url } = this.made;
    const server = new Server({
      ...channelOptions,
      ...(maxReceiveMessageLength === undefined
        ? {}
        : { 'grpc.max_receive_message_length': maxReceiveMessageLength }),
      ...this.getKeepaliveOptions(),
    });
    const shown: unknown = credentials ?? ServerCredentials.createInsecure();
    if (!(shown instanceof ServerCredentials)) throw new TypeError('expected credentials of a gRPC server');
    this.#listener = await GatedListener.open(server, url ?? '', shown, this.keeping);
    return server;
  }

  /** Nest makes an Observable of every answer, and a copy of every call for hooks that nobody here has. */
  override createUnaryServiceMethod(handler: UnaryHandler): UnaryMethod {
    return (call, callback) => {
      handler(call.request, call.metadata, call)
        .then((answer) => {
          if (isObservable(answer))
            answer.subscribe({ next: (value) => callback(null, value), error: callback });
          else callback(null, answer);
        })
        .catch(callback);
    };
  }

  /** Whoever is here may end what it does; nobody else comes. */
  stopListening(): void {
    this.#listener?.close();
  }

  override async close(): Promise<void> {
    this.stopListening();
    await super.close();
  }
}
