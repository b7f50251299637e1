import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalBytes, commitPoseidon, digestOf, parseJsonStrict } from '#canonical';
import {
  evaluateNetwork,
  inputFields,
  measureAccuracy,
  type Network,
  type NetworkMode,
  networkCommitment,
  parseNetwork,
  parseOnnx,
} from '#inference';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { takeDigits } from '../../apps/zk-prover/networks/digits/draw-digits.js';
import { PIXEL_SCALE } from '../../apps/zk-prover/networks/digits/train-digits.js';
import { loadCircuit, networksFolder, shippedArtifacts } from '../../apps/zk-prover/src/circuit/circuit.js';
import { type MadeProof, ProverPool } from '../../apps/zk-prover/src/pool/prover-pool.js';
import { networkWitness } from '../../apps/zk-prover/src/zkml/network-witness.js';
import { type Figure, median } from './figures.js';
import { treeOf } from './processes.js';
import { processorMs } from './processor-time.js';

const CREDIT_PROOFS = 10;
const DIGIT_PROOFS = 3;
const EVALUATIONS = 500;
/** A child that grows beyond it is killed, and with it the measurement. */
const MEMORY_MIB = 1_024;
const DEADLINE_MS = 300_000;

/**
 * Networks as circuits: a small one with its weights in the key, and 15,018 committed weights in 160 thousand
 * constraints. The key of the large one is built here, or taken from the folder SEALFLOW_DIGITS_CIRCUIT.
 */
export async function measureNetworks(): Promise<Figure[]> {
  const digits = join(networksFolder(), 'digits');
  const network = parseNetwork(new Uint8Array(readFileSync(join(digits, 'network.json'))));
  return [
    ...accuracyFigures(network, digits),
    ...(await creditFigures()),
    ...(await digitFigures(network, join(digits, 'network.json'))),
  ];
}

function accuracyFigures(network: Network, folder: string): Figure[] {
  const card = parseJsonStrict(readFileSync(join(folder, 'card.json'))) as {
    heldOut: { seed: string; samples: number };
  };
  const { seed, samples } = card.heldOut;
  const float = parseOnnx(new Uint8Array(readFileSync(join(folder, 'digits.onnx'))));
  const pictures = takeDigits(seed, samples);
  const right = measureAccuracy(float, network, PIXEL_SCALE, pictures);
  const percent = (count: number): number => (100 * count) / right.samples;
  const note = 'held-out pictures, drawn by the repository';
  const startMs = performance.now();
  for (const { inputs } of pictures.slice(0, EVALUATIONS)) evaluateNetwork(network, inputs);
  const evaluationMs = (performance.now() - startMs) / EVALUATIONS;
  return [
    { name: 'digits, accuracy as floats', value: percent(right.float), unit: '%', samples, note },
    { name: 'digits, accuracy as integers', value: percent(right.quantised), unit: '%', samples, note },
    { name: 'digits, floats and integers agree', value: percent(right.agreed), unit: '%', samples, note },
    {
      name: 'digits, evaluator',
      value: evaluationMs,
      unit: 'ms',
      samples: EVALUATIONS,
      note: 'one picture; what the TEE runtime runs',
    },
  ];
}

async function creditFigures(): Promise<Figure[]> {
  const folder = shippedArtifacts('credit-network');
  const network = parseNetwork(new Uint8Array(readFileSync(join(folder, 'network.json'))));
  const inputs = network.inputs.map(({ min, max }) => Math.floor((min + max) / 2));
  const { proofs, constraints } = await prove(folder, network, 'model-in-vkey', inputs, CREDIT_PROOFS, 'one');
  const warm = proofs.slice(1).map(({ witnessMs, proveMs }) => witnessMs + proveMs);
  return [
    {
      name: 'credit network, witness and proof',
      value: median(warm),
      unit: 'ms',
      samples: warm.length,
      note: `model-in-vkey, ${constraints} constraints, warm, one thread`,
    },
  ];
}

async function digitFigures(network: Network, file: string): Promise<Figure[]> {
  const kept = process.env['SEALFLOW_DIGITS_CIRCUIT'];
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'sealflow-digits-'));
  try {
    const built = kept === undefined ? [buildFigure(file, folder)] : [];
    const [{ inputs } = { inputs: [] }] = takeDigits('digits/bench', 1);
    const measured = await prove(folder, network, 'model-committed', inputs, DIGIT_PROOFS, 'each-core');
    const { proofs, constraints, peakMiB, processorSeconds } = measured;
    const seconds = proofs.map(({ witnessMs, proveMs }) => (witnessMs + proveMs) / 1000);
    const note = `model-committed, ${constraints} constraints, 15,018 weights`;
    return [
      ...built,
      {
        name: 'digits, witness and proof',
        value: median(seconds),
        unit: 's',
        target: 15,
        samples: seconds.length,
        note: `${note}, a thread a core, ${processorSeconds.toFixed(1)} s of processor each`,
      },
      {
        name: 'digits, peak memory of the prover',
        value: peakMiB,
        unit: 'MiB',
        target: MEMORY_MIB,
        samples: seconds.length,
        note,
      },
    ];
  } finally {
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Compiler and setup run in a process of their own, as they do for whoever builds a circuit. */
function buildFigure(file: string, folder: string): Figure {
  const script = join(projectRoot, 'dist/apps/zk-prover/scripts/build-network.js');
  const startMs = performance.now();
  const args = [script, file, 'model-committed', folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`build-network ended with ${status}: ${stderr.slice(0, 2_000)}`);
  return {
    name: 'digits, compiled and keyed',
    value: (performance.now() - startMs) / 1000,
    unit: 's',
    samples: 1,
    note: stdout.trim(),
  };
}

interface Proved {
  readonly proofs: readonly MadeProof[];
  readonly constraints: number;
  readonly peakMiB: number;
  /** Of the prover, for each proof. */
  readonly processorSeconds: number;
}

/** Every proof is verified by the pool against the evaluator's label and the commitments before it counts. */
async function prove(
  folder: string,
  network: Network,
  mode: NetworkMode,
  inputs: readonly number[],
  count: number,
  threads: 'one' | 'each-core',
): Promise<Proved> {
  await using pool = new ProverPool({
    backend: { name: 'groth16-snarkjs', threads },
    memoryMiBMax: MEMORY_MIB,
    rssMiBMax: MEMORY_MIB,
    // A slow machine is to be measured, not refused.
    deadlineMs: DEADLINE_MS,
  });
  const circuit = loadCircuit(folder);
  const before = new Set(treeOf([process.pid], null));
  await pool.warm(circuit);
  const children = treeOf([process.pid], null).filter((pid) => !before.has(pid));
  const [inputSalt, modelSalt, context] = [11n, 22n, 33n];
  const { label } = evaluateNetwork(network, inputs);
  const expectation = {
    context,
    inputs: { features: commitPoseidon(inputFields(network, inputs), inputSalt) },
    outputs: { decision: digestOf(canonicalBytes(label)) },
    public: { decision: label, modelCommitment: networkCommitment(network.layers, modelSalt) },
  };
  const input = networkWitness(network, mode, inputs, { inputSalt, modelSalt }, context);
  const processor = (): number => children.reduce((sum, pid) => sum + processorMs(pid), 0);
  const startMs = processor();
  const proofs: MadeProof[] = [];
  for (let proof = 0; proof < count; proof += 1) {
    proofs.push(await pool.prove(circuit, input, new AbortController().signal, { expectation }));
  }
  return {
    proofs,
    constraints: circuit.manifest.size.constraints,
    peakMiB: Math.max(...children.map(peakMiBOf), ...proofs.map(({ rssMiB }) => rssMiB)),
    processorSeconds: (processor() - startMs) / 1000 / count,
  };
}

/** The largest resident size that a process ever had. */
function peakMiBOf(pid: number): number {
  try {
    const peak = /^VmHWM:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(peak ?? '0') / 1024;
  } catch {
    return 0;
  }
}
