import { describe, expect, it } from 'vitest';
import { stageNames } from '#evidence';
import { stageLine, stageProgress } from './stage-line.js';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

describe('the progress of one verification', () => {
  it('says nothing where nobody watches: logs and pipes stay clean', () => {
    const pipe = terminal(false);
    const progress = stageProgress(pipe);
    progress.clear();
    expect({ onStage: progress.onStage, written: pipe.written }).toEqual({ onStage: undefined, written: [] });
  });

  it('names each stage in its place, in words of its own', () => {
    const lines = stageNames.map((name, index) => stageLine(name, index + 1));
    expect(lines[3]).toBe('[4/13] checking the log proof and the witnesses');
    expect(new Set(lines.map((line) => line.replace(/^\[\d+\/13\] /, ''))).size).toBe(stageNames.length);
  });

  it('writes over its own line and leaves none', () => {
    const screen = terminal(true);
    const progress = stageProgress(screen);
    progress.onStage?.('parse', 1);
    progress.onStage?.('schema', 2);
    progress.clear();
    expect(screen.written).toEqual([
      '\r\u001b[K[1/13] reading the document',
      '\r\u001b[K[2/13] reading the statements',
      '\r\u001b[K',
    ]);
  });
});
