import type { Today } from '#evidence';
import { readCollateralFolder } from './collateral-folder.js';

/** What vendors publish about hardware now, from a folder that somebody fetched; names the files that are none of it. */
export function collateralOfToday(folder: string): Today {
  const { collateral, unused } = readCollateralFolder(folder);
  for (const file of unused) process.stderr.write(`sealflow: not used as collateral: ${file}\n`);
  return { at: Date.now(), collateral };
}
