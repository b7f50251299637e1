import { type DragEvent, type ReactElement, useId, useRef, useState } from 'react';
import { text } from '../text.js';

interface DropProps {
  readonly title: string;
  readonly hint: string;
  readonly name: string | null;
  readonly accept: string;
  readonly onFile: (file: File) => void;
}

/** One file, dropped or chosen: keyboards reach the button, a pointer may use the whole box. */
export function FileDrop({ title, hint, name, accept, onFile }: DropProps): ReactElement {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined) onFile(file);
  };
  return (
    <section
      className={`drop${over ? ' over' : ''}${name === null ? '' : ' full'}`}
      aria-label={title}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <strong>{title}</strong>
      <span className="faint small">{hint}</span>
      {name === null ? null : <span className="name">{name}</span>}
      <label htmlFor={id} className="button">
        {name === null ? text.verify.choose : text.verify.again}
        <span className="hidden">: {title}</span>
      </label>
      <input
        className="hidden"
        id={id}
        ref={input}
        type="file"
        accept={accept}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file !== undefined) onFile(file);
          event.target.value = '';
        }}
      />
    </section>
  );
}
