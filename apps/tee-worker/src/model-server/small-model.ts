import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf, isJsonObject, parseDigest, parseJsonStrict } from '#canonical';
import { modelCardFile, modelCardVersion } from './model-format.js';

/** A model of bytes, by its card and its weights. */
export interface SmallModel {
  readonly id: string;
  readonly weights: Digest;
  readonly contextLength: number;
  /** The bytes whose digest was compared, so nobody can exchange the file before it is loaded. */
  readonly bytes: Uint8Array;
}

const cardBytesMax = 65_536;
const weightsBytesMax = 4 * 1024 * 1024;

/** Reads `model.json` and the weights that it names. @throws Error that names the file and what is wrong with it */
export async function readSmallModel(folder: string): Promise<SmallModel> {
  const card = parseJsonStrict(await readBounded(folder, modelCardFile, cardBytesMax), {
    bytesMax: cardBytesMax,
  });
  if (!isJsonObject(card) || card['v'] !== modelCardVersion)
    throw wrong(modelCardFile, `v: expected ${modelCardVersion}`);
  const { name, file, digest, contextLength } = card;
  if (typeof name !== 'string' || !/^[a-z0-9-]{1,64}$/.test(name))
    throw wrong(modelCardFile, 'name: expected a plain name');
  if (file !== `${name}.onnx`) throw wrong(modelCardFile, 'file: expected the name with .onnx');
  if (typeof contextLength !== 'number' || contextLength < 1 || contextLength > 1024) {
    throw wrong(modelCardFile, 'contextLength: expected 1 to 1024');
  }
  const bytes = await readBounded(folder, file, weightsBytesMax);
  const weights = digestOf(bytes);
  if (weights !== parseDigest(String(digest))) throw wrong(file, `digest ${weights}, the card says another`);
  return { id: name, weights, contextLength, bytes };
}

async function readBounded(folder: string, name: string, bytesMax: number): Promise<Uint8Array> {
  const bytes = await readFile(join(folder, name)).catch(() => {
    throw wrong(name, 'cannot be read in the folder of the model');
  });
  if (bytes.length > bytesMax) throw wrong(name, `${bytes.length} bytes, at most ${bytesMax}`);
  return bytes;
}

function wrong(name: string, what: string): Error {
  return new Error(`${name}: ${what}`);
}
