import { Server, ServerCredentials } from '@grpc/grpc-js';
import { type GrpcOptions, ServerGrpc } from '@nestjs/microservices';
import { GatedListener, type GateKeeping } from './gated-listener.js';

type Options = GrpcOptions['options'];

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

  /** Whoever is here may end what it does; nobody else comes. */
  stopListening(): void {
    this.#listener?.close();
  }

  override async close(): Promise<void> {
    this.stopListening();
    await super.close();
  }
}
