import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface TestIssuer {
  readonly issuer: string;
  /** Registers the console that browsers reach at this address. */
  serve(publicUrl: string): void;
  stop(): void;
}

/** A real issuer of OpenID Connect on the loopback, at which whoever comes is Ada of tenant demo. */
export async function startIssuer(): Promise<TestIssuer> {
  let handler: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    serve(publicUrl) {
      handler = handlerOf(issuer, publicUrl);
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function handlerOf(issuer: string, publicUrl: string) {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'console',
        redirect_uris: [`${publicUrl}/v1/login/callback`],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub', 'sealflow_tenant', 'sealflow_roles'] },
    conformIdTokenClaims: false,
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({ sub, sealflow_tenant: 'demo', sealflow_roles: ['compliance'] }),
    }),
    cookies: { keys: ['of a test'] },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/confirm/${interaction.uid}` },
  });
  const serve = provider.callback();
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url?.startsWith('/confirm/') !== true) return void serve(request, response);
    void confirm(provider, request, response);
  };
}

async function confirm(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, session, params } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: 'ada' } });
    return;
  }
  const grant = new provider.Grant({
    accountId: session?.accountId ?? '',
    clientId: String(params['client_id']),
  });
  grant.addOIDCScope('openid');
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}
