/** Test fixture: formats of real machines, and C stubs of their libraries where a compiler is at hand. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { createSimulationAuthority, simulateGpuReport, simulateTdxQuote } from '#attestation';
import { QuoteError, type QuoteErrorCode } from './quote-error.js';

export const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
export const authority = createSimulationAuthority(random, Date.parse('2026-11-20T21:00:00.000Z'));
export const reportData = random(64);
export const gpuNonce = random(32);

export function tdxQuote(data: Uint8Array): Uint8Array {
  return simulateTdxQuote(authority, { reportData: data, mrtd: 'a1'.repeat(48) }, random);
}

/** The same body in the frame of version 5: a descriptor of type 2 (TD 1.0) before it. */
export function tdxQuoteV5(data: Uint8Array): Uint8Array {
  const v4 = Buffer.from(tdxQuote(data));
  const descriptor = Buffer.alloc(6);
  descriptor.writeUInt16LE(2, 0);
  descriptor.writeUInt32LE(584, 2);
  const v5 = Buffer.concat([v4.subarray(0, 48), descriptor, v4.subarray(48)]);
  v5.writeUInt16LE(5, 0);
  return new Uint8Array(v5);
}

export function snpReport(data: Uint8Array): Uint8Array {
  const report = Buffer.alloc(1184);
  report.writeUInt32LE(3, 0);
  report.writeUInt32LE(1, 0x34);
  report.set(data, 0x50);
  report.fill(0x5a, 0x90, 0xc0);
  report.set([25, 17, 1], 0x188);
  report.fill(0xc4, 0x1a0, 0x1e0);
  report.fill(0x11, 0x2a0, 0x2d0);
  report.fill(0x22, 0x2e8, 0x318);
  return new Uint8Array(report);
}

export function gpu(nonce: Uint8Array): { report: Uint8Array; chain: string } {
  return simulateGpuReport(authority, { nonce }, random);
}

export async function codeOf(work: () => unknown): Promise<QuoteErrorCode | 'none'> {
  return (await errorOf(work))?.code ?? 'none';
}

/** Every error says the four things an operator needs. */
export async function errorOf(work: () => unknown): Promise<QuoteError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof QuoteError)) throw error;
    for (const text of Object.values(error.facts)) expect(text).not.toBe('');
    return error;
  }
}

export const scratch = mkdtempSync(join(tmpdir(), 'sealflow-providers-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function hasCompiler(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const compiler = hasCompiler();

/** Runs where gcc is; elsewhere one line says what was left out. */
export function describeWithCompiler(name: string, body: () => void): void {
  if (!compiler) console.log(`gcc absent: ${name} skipped`);
  describe.skipIf(!compiler)(name, body);
}

export function buildLibrary(name: string, source: string): string {
  const file = join(scratch, `${name}.c`);
  const library = join(scratch, `lib${name}.so`);
  writeFileSync(file, source);
  execFileSync('gcc', ['-shared', '-fPIC', '-Wall', '-Werror', '-O1', '-o', library, file]);
  return library;
}
