import { ApiError } from '#contracts';
import { limits } from '../config/limits.js';

/** AIP-158: 0 is the default size, a larger one than allowed is cut, a negative one is an error. */
export function pageSize(wanted: number): number {
  if (wanted < 0) throw new ApiError('INVALID_REQUEST', 'page_size: expected 0 or more');
  return wanted === 0 ? limits.pageSizeMax : Math.min(wanted, limits.pageSizeMax);
}
