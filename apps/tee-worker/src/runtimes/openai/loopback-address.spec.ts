import { describe, expect, it } from 'vitest';
import { parseLoopbackAddress } from './loopback-address.js';

describe('parseLoopbackAddress', () => {
  it.each([
    'http://192.0.2.1:8000',
    'http://0.0.0.0:8000',
    'http://model.internal:8000',
    'http://localhost.example:8000',
    'http://127.0.0.1.example',
    'http://[::]:8000',
    'http://[::ffff:127.0.0.1]:8000',
    'https://127.0.0.1:8000',
    'ftp://127.0.0.1',
    'http://key@127.0.0.1:8000',
    'http://127.0.0.1:8000/?a=b',
    'unix:model.sock',
    '127.0.0.1:8000',
    '',
  ])('refuses %s', (text) => {
    expect(() => parseLoopbackAddress(text)).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_ADDRESS_REFUSED' }),
    );
  });

  it.each([
    ['http://127.0.0.1:8000', { hosts: ['127.0.0.1'], port: 8000, basePath: '' }],
    ['http://127.1', { hosts: ['127.0.0.1'], port: 80, basePath: '' }],
    ['http://[::1]:8000/v1/', { hosts: ['::1'], port: 8000, basePath: '' }],
    ['http://LOCALHOST:1/llm/v1', { hosts: ['127.0.0.1', '::1'], port: 1, basePath: '/llm' }],
    ['unix:/run/model.sock', { socketPath: '/run/model.sock', basePath: '' }],
  ])('reads %s', (text, address) => {
    expect(parseLoopbackAddress(text)).toEqual(address);
  });
});
