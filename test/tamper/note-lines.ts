/** What each line of a log proof (C2SP tlog-proof) or of a checkpoint alone is, by the order that both have. */
export function lineKinds(lines: readonly string[]): string[] {
  const kinds: string[] = [];
  const checkpoint = ['origin', 'size', 'tree'];
  let part = lines[0]?.startsWith('c2sp.org/') === true ? 'proof' : 'checkpoint';
  let inPart = 0;
  for (const line of lines) {
    if (line === '') {
      kinds.push(`end of ${part}`);
      part = part === 'proof' ? 'checkpoint' : 'signatures';
      inPart = 0;
      continue;
    }
    if (part === 'proof') kinds.push(['head', 'index'][inPart] ?? 'hash');
    else if (part === 'checkpoint') kinds.push(checkpoint[inPart] ?? 'extension');
    else kinds.push(inPart === 0 ? 'signature of the log' : 'cosignature');
    inPart += 1;
  }
  return kinds;
}
