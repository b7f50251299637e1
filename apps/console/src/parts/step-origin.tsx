import type { ReactElement } from 'react';
import type { StepParts } from '#evidence';
import { text } from '../text.js';
import { Copy, Digest } from './copy.js';

interface OriginProps {
  readonly parts: StepParts | null;
  readonly onPart: (digest: string, name: string) => void;
}

/** From the key that signed to the image and its measurement, and the bytes behind it. */
export function StepOrigin({ parts, onPart }: OriginProps): ReactElement | null {
  if (parts === null) return null;
  const { stepId, executor, signKey, softwareDigest, references } = parts;
  const sourceCommand = text.origin.sourceCommand(softwareDigest);
  return (
    <>
      <h3>{text.origin.title}</h3>
      <p className="faint">{text.origin.why}</p>
      <ol className="chain">
        <li>
          {text.origin.signed(executor ?? text.origin.withheld)}{' '}
          <Digest value={signKey} what={text.origin.key} />
        </li>
        <li>
          {text.origin.image} <Digest value={softwareDigest} what={text.origin.image} />
        </li>
        {references.length === 0 ? (
          <li>
            <strong>{text.origin.noReference}</strong>
          </li>
        ) : (
          references.map(({ name, measurement, operations }) => (
            <li key={name}>
              {text.origin.reference(name, operations.join(', '))}{' '}
              <Digest value={measurement} what={text.origin.measurement} />
            </li>
          ))
        )}
        <li>
          {text.origin.source} <code>{sourceCommand}</code>{' '}
          <Copy value={sourceCommand} what={text.origin.source} />
        </li>
      </ol>
      <h3>{text.origin.parts}</h3>
      <p className="faint">{text.origin.partsWhy}</p>
      <div className="scroll-x">
        <table>
          <thead>
            <tr>
              <th>{text.origin.part}</th>
              <th>{text.origin.size}</th>
              <th>{text.tables.digest}</th>
              <th>{text.origin.take}</th>
            </tr>
          </thead>
          <tbody>
            {parts.parts.map(({ what, mediaType, digest, size, carried }) => {
              const kind = what === 'statement' ? text.origin.statement : shortType(mediaType);
              const file = `${stepId}.${fileName(what, mediaType)}`;
              return (
                <tr key={digest}>
                  <td>{kind}</td>
                  <td className="nowrap">{carried ? text.origin.bytes(size) : ''}</td>
                  <td>
                    <Digest value={digest} what={kind} />
                  </td>
                  <td>
                    {carried ? (
                      <button type="button" onClick={() => onPart(digest, file)}>
                        {text.origin.download}
                        <span className="hidden">: {kind}</span>
                      </button>
                    ) : (
                      <span className="faint">{text.origin.detached}</span>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p>{text.origin.byHand}</p>
      <ul className="plain">
        {text.origin.commands(stepId).map((command) => (
          <li key={command}>
            <code>{command}</code> <Copy value={command} what={text.origin.byHand} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** `application/vnd.sealflow.evidence-package.v1+json` is an evidence package. */
function shortType(mediaType: string): string {
  return mediaType
    .replace(/^application\/(vnd\.)?(sealflow\.)?/, '')
    .replace(/(\.v\d+)?\+json$/, '')
    .replaceAll('-', ' ');
}

function fileName(what: string, mediaType: string): string {
  const ending = /json$/.test(mediaType) ? 'json' : 'bin';
  const name = what === 'statement' ? 'statement' : shortType(mediaType).replaceAll(/[^a-z0-9]+/gi, '-');
  return `${name}.${ending}`;
}
