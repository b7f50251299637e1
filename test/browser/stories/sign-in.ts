import { describe, expect, it } from 'vitest';
import { picture, seriousViolations } from '../chromium.js';
import { look, pageOf, signIn, suite } from '../suite.js';

/** Who gets in, how, and what of it stays in the browser. */
export function signIns(): void {
  describe('signing in', () => {
    it('with a key that is none is refused, by the reason of the server', async () => {
      const { seen, url } = suite();
      await seen.page.goto(`${url}/`);
      await seen.page.getByLabel('API key').fill('sf_none');
      await seen.page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await seen.page.getByRole('alert').waitFor();
      expect(await seen.page.getByRole('alert').textContent()).toMatch(/CREDENTIAL_[A-Z]+/);
      expect(await look(seen, 'sign-in')).toEqual([]);
    });

    it('says why a login at an issuer did not work', async () => {
      const { browser, url } = suite();
      const stranger = await pageOf(browser, url);
      await stranger.page.goto(`${url}/v1/login/callback?error=access_denied&state=forged`);
      await stranger.page.getByRole('alert').waitFor();
      expect(await stranger.page.getByRole('alert').textContent()).toContain('LOGIN_FAILED');
      await stranger.page.context().close();
    });

    it('at an issuer of OpenID Connect opens the console, keeps nothing a script reads, and outlives a reload', async () => {
      const { browser, url, issuer } = suite();
      const ada = await pageOf(browser, url, issuer.issuer);
      const { page } = ada;
      await page.goto(`${url}/`);
      await page.getByRole('link', { name: 'Sign in with Example House' }).click();
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      expect(new URL(page.url()).origin).toBe(url);
      const kept = await page.evaluate<string>(
        'JSON.stringify([localStorage, sessionStorage, document.cookie])',
      );
      expect(kept).toBe('[{},{},""]');
      const cookies = await page.context().cookies(url);
      expect(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).toContainEqual({
        name: 'sealflow-session',
        httpOnly: true,
        sameSite: 'Strict',
      });
      await page.reload();
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      expect(await page.getByText('Role: compliance').count()).toBe(1);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      await page.reload();
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      expect({ foreign: ada.foreign, errors: ada.errors }).toEqual({ foreign: [], errors: [] });
      await page.context().close();
    });

    it('with a key changes it for a session, and a session that ended says so', async () => {
      const { browser, url, stack } = suite();
      const guest = await pageOf(browser, url);
      await signIn(guest, await stack.key('demo'));
      await guest.page.context().clearCookies();
      await guest.page.getByRole('navigation').getByRole('link', { name: 'Runs', exact: true }).click();
      await guest.page.getByText('Your session is over').waitFor();
      expect(await seriousViolations(guest.page)).toEqual([]);
      await picture(guest.page, 'session-over');
      await guest.page.context().close();
    });
  });
}
