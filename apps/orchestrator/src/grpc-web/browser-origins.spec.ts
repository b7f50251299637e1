import { describe, expect, it } from 'vitest';
import { readBrowserOrigins } from './browser-origins.js';

const read = (text: string, clientAuth?: 'workers' | 'everybody') =>
  readBrowserOrigins(
    { SEALFLOW_BROWSER_ORIGINS: text },
    clientAuth === undefined ? undefined : { clientAuth },
  );

describe('the origins of pages that may call', () => {
  it('are none unless said', () => {
    expect(readBrowserOrigins({}, undefined).size).toBe(0);
    expect(read('  ').size).toBe(0);
  });

  it('are read, with spaces between them', () => {
    const origins = read(
      ' https://app.example.com  https://b.example:8443 http://localhost:5173 ',
      'workers',
    );
    expect([...origins]).toEqual([
      'https://app.example.com',
      'https://b.example:8443',
      'http://localhost:5173',
    ]);
  });

  it.each([
    ['everything', '*'],
    ['a page without an origin', 'null'],
    ['a host alone', 'app.example.com'],
    ['a path', 'https://app.example.com/'],
    ['the port that is usual', 'https://app.example.com:443'],
    ['a name', 'https://user@app.example.com'],
    ['the network in the clear', 'http://app.example.com'],
    ['a file', 'file:///page.html'],
    ['commas', 'https://a.example,https://b.example'],
  ])('are not %s', (_what, text) => {
    expect(() => read(text)).toThrow('SEALFLOW_BROWSER_ORIGINS: expected');
  });

  it('are not without end', () => {
    const many = Array.from({ length: 65 }, (_, index) => `https://a${index}.example`).join(' ');
    expect(() => read(many)).toThrow('got 65 of them');
  });

  it('are none where nobody calls without a certificate: a page shows none', () => {
    expect(() => read('https://app.example.com', 'everybody')).toThrow('SEALFLOW_TLS_CLIENTS');
  });
});
