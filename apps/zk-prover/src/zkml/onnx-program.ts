// SPDX-License-Identifier: GPL-3.0
/**
 * An ONNX file to a circuit as a program: one request as JSON on standard input, one answer as JSON on standard
 * output. Whoever asks needs nothing of the compiler or of snarkjs.
 */
import { InferenceError, weightCount } from '#inference';
import { circuitFromOnnx, type OnnxRequest } from './onnx-circuit.js';
import { ZkmlError } from './zkml-error.js';

const REQUEST_BYTES_MAX = 1024 * 1024;

async function read(): Promise<OnnxRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > REQUEST_BYTES_MAX) throw new Error('request too long');
    chunks.push(chunk);
  }
  // The command that starts this program wrote it; values that make no network are refused where they are used.
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as OnnxRequest;
}

async function answer(request: OnnxRequest): Promise<object> {
  try {
    const { network, accuracy, manifest } = await circuitFromOnnx(request);
    return {
      ok: true,
      name: manifest.name,
      layers: network.layers.map(({ bias }) => bias.length),
      weights: weightCount(network),
      constraints: manifest.size.constraints,
      domainPower: manifest.size.domainPower,
      origin: manifest.setup.ptau.origin,
      accuracy,
    };
  } catch (error) {
    if (error instanceof InferenceError || error instanceof ZkmlError)
      return { ok: false, reason: error.code, text: error.message };
    if (error instanceof Error && 'code' in error && typeof error.code === 'string')
      return { ok: false, reason: error.code, text: error.message };
    throw error;
  }
}

process.stdout.write(JSON.stringify(await answer(await read())));
