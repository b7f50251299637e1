import { services } from '../generated/wire-table.js';

export interface WebMethod {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly service: string;
  readonly method: string;
  readonly request: string;
  readonly response: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

const line = /^(\w+) (stream )?([\w.]+) returns (stream )?([\w.]+)$/;

/** Methods of a service, by the name that its client has for them. */
export function webMethods(service: string): ReadonlyMap<string, WebMethod> {
  const lines = (services[service] ?? '').split('; ');
  return new Map(
    lines.map((text) => {
      const [, method = '', requestStream, request = '', responseStream, response = ''] =
        line.exec(text) ?? [];
      const facts = {
        path: `/${service}/${method}`,
        service,
        method,
        request,
        response,
        requestStream: requestStream !== undefined,
        responseStream: responseStream !== undefined,
      };
      return [`${method.slice(0, 1).toLowerCase()}${method.slice(1)}`, facts];
    }),
  );
}
