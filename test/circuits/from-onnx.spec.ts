import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluateNetwork, parseNetwork, writeOnnx } from '#inference';
import { circuits } from '../support/circuits-command.js';

const folder = mkdtempSync(join(tmpdir(), 'sealflow-from-onnx-'));
const at = (...names: readonly string[]): string => join(folder, ...names);

const model = writeOnnx(
  {
    layers: [
      {
        weights: [
          [1, -0.5, 0.25],
          [-1, 0.75, 0.5],
        ],
        bias: [0.1, -0.1],
        relu: true,
      },
      {
        weights: [
          [1, 0.5],
          [-0.5, 1],
          [0.25, 0.25],
        ],
        bias: [0, 0.05, -0.05],
        relu: false,
      },
    ],
  },
  'three-ways',
);
writeFileSync(at('three-ways.onnx'), model);
writeFileSync(at('calibration.csv'), '0,0,0\n255,0,0\n0,255,0\n0,0,255\n255,255,255\n');
writeFileSync(at('held-out.csv'), '200,10,10,left\n10,240,10,right\n');
const base = ['--input', 'x:3:0:255', '--scale', '1/255', '--labels', 'left,right,neither'];
const data = ['--calibration', at('calibration.csv'), '--held-out', at('held-out.csv')];

afterAll(() => {
  // The commands' verdicts are not this process' own.
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

describe('sealflow circuits from-onnx', () => {
  it('passes on why a file makes no circuit, with the place, and writes none', async () => {
    const text = Buffer.from(model).toString('latin1').replaceAll('Relu', 'Tanh');
    writeFileSync(at('tanh.onnx'), Buffer.from(text, 'latin1'));
    const made = circuits('from-onnx', at('tanh.onnx'), '--out', at('tanh'), ...base, ...data);
    await expect(made).rejects.toThrow(
      /^ONNX_UNSUPPORTED: node 1.*operator Tanh is not supported; expected Gemm/,
    );
    await expect(circuits('verify', at('tanh'))).rejects.toThrow(/expected a circuit/);
  });

  it.each([
    ['--scale', 'ten', /--scale: expected a number such as 0\.5 or 1\/255, got "ten"/],
    ['--weight-bits', '17', /--weight-bits: expected a whole number from 2 to 16, got "17"/],
    ['--mode', 'open', /--mode: expected model-in-vkey or model-committed, got "open"/],
    ['--input', 'x:3:9:1', /--input: expected name:count:min:max with min below max, got "x:3:9:1"/],
  ])('refuses %s %s before it starts anything', async (option, value, said) => {
    const made = circuits(
      ...['from-onnx', at('three-ways.onnx'), '--out', at('never'), ...base, ...data, option, value],
    );
    await expect(made).rejects.toThrow(said);
  });

  it.each(['model-in-vkey', 'model-committed'])(
    'makes a circuit in mode %s that the release checks take as what it is: for development',
    async (mode) => {
      const out = at(mode);
      const args = ['from-onnx', at('three-ways.onnx'), '--out', out, ...base, ...data, '--mode', mode];
      expect(await circuits(...args)).toMatch(
        /held out {5}2 of 2 right as integers, 2 as trained, 2 decided alike[\s\S]*NOT FOR PRODUCTION/,
      );
      await circuits('verify', out, '--allow-dev');
      expect(process.exitCode).toBe(0);
      await circuits('verify', out);
      expect(process.exitCode).toBe(4);
      const network = parseNetwork(new Uint8Array(readFileSync(join(out, 'network.json'))));
      expect(evaluateNetwork(network, [200, 10, 10]).label).toBe('left');
      expect(JSON.parse(readFileSync(join(out, 'card.json'), 'utf8'))).toMatchObject({
        mode,
        heldOut: { samples: 2, quantised: 2 },
      });
    },
  );
});
