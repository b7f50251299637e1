import { type ReactElement, useState } from 'react';
import { text } from '../text.js';

/** A digest or command that people paste elsewhere. */
export function Copy({ value, what }: { readonly value: string; readonly what: string }): ReactElement {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value);
    setDone(true);
  };
  return (
    <button
      type="button"
      className="bare small copy"
      aria-label={text.copy.label(what)}
      onClick={() => void copy()}
      onBlur={() => setDone(false)}
    >
      <span aria-live="polite">{done ? text.copy.done : text.copy.button}</span>
    </button>
  );
}

export function Digest({ value, what }: { readonly value: string; readonly what: string }): ReactElement {
  return (
    <>
      <code>{value}</code> <Copy value={value} what={what} />
    </>
  );
}
