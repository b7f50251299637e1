import type { ReactElement } from 'react';

/** Each level has a shape of its own, so that nobody needs colours to tell them apart. Drawn for a box of 16 by 16. */
const paths = {
  // Hexagon with a tick.
  PROVED: 'M8 1l6 3.5v7L8 15l-6-3.5v-7zM5 8l2 2 4-4',
  // Two arrows in a circle.
  REPLAYED: 'M13 8a5 5 0 1 1-1.5-3.5M12 1v4H8',
  // Shield.
  ATTESTED: 'M8 1l6 2.5V8c0 3.5-2.5 6-6 7-3.5-1-6-3.5-6-7V3.5z',
  // Pen stroke over a line.
  SIGNED: 'M2 14h12M3 11l1-3 7-7 2 2-7 7z',
  // Speech.
  ASSERTED: 'M2 2h12v9H7l-3 3v-3H2z',
  // Flask: nothing real is in it.
  SIMULATED: 'M6 1h4M7 1v5L2.5 14h11L9 6V1M4.5 11h7',
  // House.
  CLIENT_ONLY: 'M2 8l6-6 6 6M4 7v7h8V7',
  // Lock.
  ENCRYPTED: 'M3 7h10v8H3zM5 7V5a3 3 0 0 1 6 0v2',
  // Box in a box.
  ENCLAVE: 'M1 1h14v14H1zM5 5h6v6H5z',
  // Eye.
  OPERATOR_VISIBLE: 'M1 8s2.5-5 7-5 7 5 7 5-2.5 5-7 5-7-5-7-5zM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z',
  pass: 'M2 9l4 4 8-10',
  fail: 'M3 3l10 10M13 3L3 13',
  warn: 'M8 2l7 12H1zM8 6v4M8 12v.5',
  skip: 'M3 8h10',
  question: 'M5 6a3 3 0 1 1 4 2.8c-.8.4-1 1-1 1.7M8 13v.5',
  run: 'M4 2l9 6-9 6z',
  wait: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM8 4v4l3 2',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}

export function iconPath(name: IconName): string {
  return paths[name];
}
