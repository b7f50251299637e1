import { closeSync, openSync } from 'node:fs';
import { nativeCalls } from './native.js';
import { errnoOf, QuoteError } from './quote-error.js';

/** Result of one `ioctl`: `errno` is 0 after success. */
export interface IoctlResult {
  readonly result: number;
  readonly errno: number;
}

/** Device calls below the level of Node's API. */
export interface DeviceCalls {
  /** `argument` is read and written in place. It blocks the thread, as the kernel's call does. */
  ioctl(path: string, request: number, argument: Uint8Array): IoctlResult;
  /** Address for structures that point to others. The caller keeps `bytes` alive over the call. */
  address(bytes: Uint8Array): bigint;
}

/** The numbers of Linux on x86-64 and arm64 that our devices return. */
export const errno = {
  EPERM: 1,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  EAGAIN: 11,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  ENODEV: 19,
  EINVAL: 22,
  ENOTTY: 25,
  EBADMSG: 74,
  ETIMEDOUT: 110,
} as const;

export function errnoName(number: number): string {
  const found = Object.entries(errno).find(([, value]) => value === number);
  return found === undefined ? `errno ${number}` : found[0];
}

type IoctlFunction = (file: number, request: number, argument: Uint8Array) => number;

/** Calls of the C library through koffi. `library` is the file name of a libc with the symbol `ioctl`. */
export class LibcDeviceCalls implements DeviceCalls {
  #function: IoctlFunction | null = null;

  constructor(private readonly library = 'libc.so.6') {}

  ioctl(path: string, request: number, argument: Uint8Array): IoctlResult {
    const call = this.#load();
    const file = openDevice(path);
    try {
      const { errno: lastErrno } = nativeCalls();
      lastErrno(0);
      const result = call(file, request, argument);
      return { result, errno: result === 0 ? 0 : lastErrno() };
    } finally {
      closeSync(file);
    }
  }

  address(bytes: Uint8Array): bigint {
    return nativeCalls().address(bytes);
  }

  #load(): IoctlFunction {
    this.#function ??= loadIoctl(this.library);
    return this.#function;
  }
}

function loadIoctl(library: string): IoctlFunction {
  try {
    return nativeCalls()
      .load(library)
      .func('int ioctl(int fd, unsigned long request, _Inout_ uint8_t *argument)');
  } catch {
    throw new QuoteError('LIBC_UNAVAILABLE', {
      what: `loading ${library}`,
      expected: 'a C library with ioctl',
      got: 'none',
      advice: 'use an image with glibc, or configfs-tsm, which needs no native call',
    });
  }
}

function openDevice(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    const code = errnoOf(error);
    const facts = { what: `opening ${path}`, expected: 'the guest device', got: code };
    if (code === 'EACCES' || code === 'EPERM') {
      throw new QuoteError('QUOTE_PERMISSION', {
        ...facts,
        advice: 'give the process the device (root, or a group that owns it)',
      });
    }
    if (code === 'EBUSY') {
      throw new QuoteError('QUOTE_BUSY', { ...facts, advice: 'another process holds the device; try again' });
    }
    throw new QuoteError('QUOTE_SOURCE_ABSENT', {
      ...facts,
      advice: 'this is no confidential VM of that kind, or its kernel lacks the guest driver',
    });
  }
}
