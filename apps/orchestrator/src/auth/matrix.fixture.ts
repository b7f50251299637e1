/** Test fixture: every call that there is, by method, role and whose resource it names, with what must come of it. */
import { loadContracts } from '#contracts';
import { type Access, methodTable } from './access-table.js';
import { type Role, roles, tenantRoles } from './principal.js';

export const OWN = 'own';
export const FOREIGN = 'foreign';

export interface MatrixCall {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly role: Role | null;
  readonly whose: typeof OWN | typeof FOREIGN;
  /** Null: the handler is reached. */
  readonly refusal: 'CREDENTIAL_MISSING' | 'TENANT_MISMATCH' | 'ROLE_MISSING' | null;
}

export interface ContractMethod {
  readonly path: string;
  readonly service: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** Fields of the request that are texts, as the wire names them in JavaScript. */
  readonly fields: readonly string[];
}

interface Descriptor {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestDeserialize: (bytes: Buffer) => object;
}

/** Every method of every service of the contract, from the proto files. */
export function contractMethods(): ContractMethod[] {
  return Object.entries(loadContracts()).flatMap(([service, definition]) => {
    if ('format' in definition) return [];
    return Object.values(definition as unknown as Record<string, Descriptor>).map((method) => ({
      path: method.path,
      service,
      requestStream: method.requestStream,
      responseStream: method.responseStream,
      fields: Object.entries(method.requestDeserialize(Buffer.alloc(0))).flatMap(([name, value]) =>
        typeof value === 'string' ? [name] : [],
      ),
    }));
  });
}

/** Every method for every role, and for nobody, about an own and a foreign tenant. */
export function matrix(): MatrixCall[] {
  return contractMethods().flatMap(({ path }) => {
    const access = methodTable[path];
    if (access === undefined) throw new Error(`${path} has no entry in the access table`);
    return [OWN, FOREIGN].flatMap((whose) =>
      [null, ...roles].map((role) => ({
        path,
        role,
        whose: whose as MatrixCall['whose'],
        refusal: expected(access, role, whose === OWN),
      })),
    );
  });
}

/** Written again, and not by calling what is tested. */
function expected(access: Access, role: Role | null, own: boolean): MatrixCall['refusal'] {
  if (access.kind === 'open') return null;
  if (role === null) return 'CREDENTIAL_MISSING';
  const ofTenant = (tenantRoles as readonly string[]).includes(role);
  if (access.kind === 'tenant' && (!ofTenant || !own)) return 'TENANT_MISMATCH';
  return access.roles.includes(role) ? null : 'ROLE_MISSING';
}
