import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { installTools, requireDigest, toolNames, verifyTool } from './tools.js';

const tools = installTools();

describe('a tool', () => {
  it.each(toolNames)('%s has the bytes that are pinned and says the version that goes with them', (name) => {
    verifyTool(name);
    const flags = name === 'kubectl' ? ['version', '--client'] : ['version', '--short'];
    expect(spawnSync(tools[name].path, flags, { encoding: 'utf8' }).stdout).toContain(tools[name].version);
  });

  it('of other bytes is refused', () => {
    expect(() => requireDigest('helm3', Buffer.from('helm'))).toThrow(/helm3: expected sha256 419706b9/);
  });
});
