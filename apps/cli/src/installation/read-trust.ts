import type { TrustFile } from '#evidence';
import { readTrustFile } from '../batch/read-trust.js';
import { homeFolder, productionTrustPath } from './paths.js';

/**
 * What the user believes without proof: the file that was named, or that of the installation, which refuses simulated
 * hardware. Reading makes nothing: without an installation there is no trust file, and the error says what to do.
 */
export function readTrust(given: string | undefined): TrustFile {
  return given === undefined
    ? readTrustFile(productionTrustPath(homeFolder()), '; say what you believe with --trust FILE')
    : readTrustFile(given);
}
