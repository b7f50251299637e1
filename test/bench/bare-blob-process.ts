import { open } from 'node:fs/promises';
import {
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServiceDefinition,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { loadContracts, type WriteBlobRequest__Output, type WriteBlobResponse } from '#contracts';

/** The peer of the blob figures: takes the same messages, writes them to the file it is given, and flushes that. */
async function receive(
  call: ServerReadableStream<WriteBlobRequest__Output, WriteBlobResponse>,
  path: string,
): Promise<WriteBlobResponse> {
  const file = await open(path, 'w');
  let size = 0;
  try {
    for await (const message of call) {
      const { data } = message as WriteBlobRequest__Output;
      await file.write(data);
      size += data.length;
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  return { size: String(size) };
}

const [path = ''] = process.argv.slice(2);
const missing = (): void => undefined;
const server = new Server();
server.addService(loadContracts()['sealflow.blob.v1.BlobService'] as ServiceDefinition, {
  writeBlob: (
    call: ServerReadableStream<WriteBlobRequest__Output, WriteBlobResponse>,
    callback: sendUnaryData<WriteBlobResponse>,
  ) => {
    receive(call, path).then(
      (response) => callback(null, response),
      (error: unknown) => callback(error as Error),
    );
  },
  queryWriteStatus: missing,
  readBlob: missing,
  statBlob: missing,
  listBlobs: missing,
  deleteBlob: missing,
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.send?.(port);
});
process.once('disconnect', () => process.exit(0));
