import { describe, expect, it } from 'vitest';
import { commandNamed, commands, everyCommand } from './table.js';

describe('table of commands', () => {
  it('names no command for help, for a flag and for what every object has', async () => {
    for (const name of [undefined, '--help', 'help', 'nonsense', 'constructor', '__proto__', 'toString'])
      expect(await commandNamed(name), String(name)).toBeNull();
  });

  it('loads under each name the command of that name', async () => {
    for (const name of Object.keys(commands)) expect((await commandNamed(name))?.name()).toBe(name);
  });

  it('lists all of them for the help', async () => {
    expect((await everyCommand()).map((command) => command.name())).toEqual(Object.keys(commands));
  });
});
