import { Controller, Delete, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiError } from '#contracts';
import { problemOf } from '#telemetry';
import { requirePrincipal } from '../auth/call-context.js';
import { OidcLogin } from '../auth/oidc-login.js';
import type { Principal } from '../auth/principal.js';
import { Sessions } from '../auth/sessions.js';
import { JSON_TYPE } from './http-fields.js';

/** What is used of Express. */
interface Request {
  readonly url: string;
  readonly headersDistinct: Readonly<Record<string, readonly string[] | undefined>>;
}
interface Response {
  appendHeader(name: string, value: string): void;
  setHeader(name: string, value: string): void;
  redirect(status: number, location: string): void;
}

/** Sessions of browsers: with a key of development, or by a login at an issuer (ADR 016). */
@Controller('v1')
export class SessionController {
  constructor(
    private readonly sessions: Sessions,
    private readonly login: OidcLogin,
  ) {}

  @Post('session')
  @HttpCode(200)
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async begin(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const [header = ''] = request.headersDistinct['authorization'] ?? [];
    const session = await this.sessions.ofKey(header.replace(/^Bearer /i, ''));
    response.appendHeader('set-cookie', session.cookie);
    return shown(session.principal, session.untilMs, session.csrfToken);
  }

  @Get('session')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async current(@Req() request: Request): Promise<unknown> {
    const session = await this.sessions.find(request.headersDistinct['cookie'] ?? []);
    if (session !== null) return shown(session.principal, session.untilMs, session.csrfToken);
    const principal = requirePrincipal();
    return shown(principal, principal.expiresMs, '');
  }

  @Delete('session')
  @HttpCode(204)
  over(@Res({ passthrough: true }) response: Response): void {
    response.appendHeader('set-cookie', this.sessions.over());
  }

  @Get('login')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  issuers(): unknown {
    return { issuers: this.login.issuers() };
  }

  @Get('login/callback')
  async back(@Req() request: Request, @Res() response: Response): Promise<void> {
    const mark = request.url.indexOf('?');
    const query = mark < 0 ? '' : request.url.slice(mark + 1);
    response.setHeader('cache-control', 'no-store');
    response.setHeader('referrer-policy', 'no-referrer');
    response.appendHeader('set-cookie', this.login.over());
    try {
      const { cookie } = await this.login.end(query, request.headersDistinct['cookie'] ?? []);
      response.appendHeader('set-cookie', cookie);
      response.redirect(303, '/');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // A person looks at this and not a program: the page says what the reason means.
      const { status } = problemOf(error);
      response.redirect(303, `/?loginProblem=${status >= 500 ? 'ISSUER_UNAVAILABLE' : error.reason}`);
    }
  }

  @Get('login/:issuer')
  async begun(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { location, cookie } = await this.login.begin(request.url.slice('/v1/login/'.length));
    response.setHeader('cache-control', 'no-store');
    response.appendHeader('set-cookie', cookie);
    response.redirect(303, location);
  }
}

function shown({ subject, tenant, roles, kind, holder }: Principal, untilMs: number, csrfToken: string) {
  const expireTime = new Date(untilMs).toISOString();
  return { subject, ...(tenant === null ? {} : { tenant }), roles, kind, holder, expireTime, csrfToken };
}
