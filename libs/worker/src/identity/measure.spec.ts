import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { measureTree, simulatedMrtd } from './measure.js';

let root: string;

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sealflow-measure-'));
  write('code/main.js', 'main');
  write('code/part/a.js', 'a');
  write('models/m.onnx', 'weights');
  write('other/b.js', 'b');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const measure = () => measureTree(root, ['code', 'models']);

describe('the measurement of a tree', () => {
  it('is the same for the same files, wherever they lie and in whatever order folders are named', () => {
    const before = measure();
    expect(measureTree(root, ['models', 'code'])).toBe(before);
    const moved = `${root}-moved`;
    renameSync(root, moved);
    expect(measureTree(moved, ['code', 'models'])).toBe(before);
    renameSync(moved, root);
  });

  it.each<[string, () => void]>([
    ['a byte of a file', () => write('code/main.js', 'mainn')],
    ['a byte of a model', () => write('models/m.onnx', 'weightz')],
    ['a new file', () => write('code/part/new.js', '')],
    ['a missing file', () => rmSync(join(root, 'code/part/a.js'))],
    ['another name', () => renameSync(join(root, 'code/part/a.js'), join(root, 'code/part/z.js'))],
    [
      'two contents swapped',
      () => {
        write('code/main.js', 'a');
        write('code/part/a.js', 'main');
      },
    ],
  ])('changes with %s', (_what, change) => {
    const before = measure();
    change();
    expect(measure()).not.toBe(before);
  });

  it('does not change with what lies outside its folders', () => {
    const before = measure();
    write('other/b.js', 'changed');
    expect(measure()).toBe(before);
  });

  it('refuses a link: code that runs and is not measured', () => {
    symlinkSync(join(root, 'other/b.js'), join(root, 'code/linked.js'));
    expect(measure).toThrow('linked.js');
  });

  it('of a folder that is not there is an error', () => {
    expect(() => measureTree(root, ['nowhere'])).toThrow('nowhere');
  });
});

describe('the simulated launch measurement', () => {
  it('is 48 bytes made from the image digest alone', () => {
    const image = digestOf(utf8('image'));
    expect(simulatedMrtd(image)).toMatch(/^[0-9a-f]{96}$/);
    expect(simulatedMrtd(image)).toBe(simulatedMrtd(image));
    expect(simulatedMrtd(image)).not.toBe(simulatedMrtd(digestOf(utf8('image2'))));
  });
});
