import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readZipEntry } from './zip.js';

const folder = mkdtempSync(join(tmpdir(), 'sealflow-zip-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a ZIP archive', () => {
  it.each([
    ['stored', 0],
    ['deflated', 8],
  ])('gives a file that is %s', (_how, method) => {
    expect(readZipEntry(archive(method), 'helm/helm').toString()).toBe('the program');
  });

  it('says which file it lacks', () => {
    expect(() => readZipEntry(archive(8), 'helm/tiller')).toThrow(/expected a file helm\/tiller, got none/);
  });

  it('is refused with a method that nobody reads here', () => {
    expect(() => readZipEntry(archive(12), 'helm/helm')).toThrow(/expected method 0 or 8, got 12/);
  });

  it('is refused when it is none', () => {
    const file = join(folder, 'text');
    writeFileSync(file, 'x'.repeat(100));
    expect(() => readZipEntry(file, 'helm/helm')).toThrow(/expected a ZIP archive/);
  });
});

/** One file, written field by field as APPNOTE 6.3.10 has them. */
function archive(method: number): string {
  const content = Buffer.from('the program');
  const name = Buffer.from('helm/helm');
  const packed = method === 8 ? deflateRawSync(content) : content;
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(method, 8);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(method, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(content.length, 24);
  entry.writeUInt16LE(name.length, 28);
  const start = local.length + name.length + packed.length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(entry.length + name.length, 12);
  end.writeUInt32LE(start, 16);
  const file = join(folder, `${method}.zip`);
  writeFileSync(file, Buffer.concat([local, name, packed, entry, name, end]));
  return file;
}
