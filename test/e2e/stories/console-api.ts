import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOf, settled, suite } from '../suite.js';

async function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  const { address, installation } = suite().stack;
  const bearer = { authorization: `Bearer ${installation.keys.read('tenant')}` };
  return fetch(`${address.http}/v1/${path}`, {
    method,
    signal: AbortSignal.timeout(20_000),
    headers: 'cookie' in headers ? headers : { ...bearer, ...headers },
  });
}

async function read(path: string): Promise<Record<string, never>> {
  const answer = await ask(path);
  const text = await answer.text();
  suite().said.push(text);
  expect(answer.status, text).toBe(200);
  return JSON.parse(text);
}

/** What a console asks over the runs of this suite. */
export function consoleApi(): void {
  beforeAll(settled);

  describe('a console', () => {
    it('sees that hardware is simulated, in the overview and in what runs reach', async () => {
      const overview = await read('tenants/demo/overview');
      expect(JSON.stringify(overview['levels'])).toContain('INTEGRITY_SIMULATED');
      expect(JSON.stringify(overview['levels'])).not.toContain('INTEGRITY_ATTESTED');
      const filter = encodeURIComponent('integrity = SIMULATED AND state = SUCCEEDED');
      const { runs } = await read(`tenants/demo/runs?filter=${filter}`);
      expect(JSON.stringify(runs)).toContain(runOf('approved').handle.name);
    });

    it('follows a run by events that go on where they broke off', async () => {
      const { name } = runOf('approved').handle;
      const whole = await (await ask(`${name}/events`)).text();
      const ids = [...whole.matchAll(/^id: (\d+\..+)$/gm)].map(([, id = '']) => id);
      expect(whole).toMatch(/event: current[\s\S]*event: step[\s\S]*event: end/);
      const middle = ids[3] ?? expect.fail(whole);
      const rest = await (await ask(`${name}/events`, { 'last-event-id': middle })).text();
      const left = [...rest.matchAll(/^id: (\d+\..+)$/gm)].map(([, id = '']) => id);
      expect(left).toEqual(ids.slice(ids.indexOf(middle)));
      expect(await ask(`${name}/events`, { 'last-event-id': '1.AAAAAAAAAAAAAAAAAAAAAA' })).toMatchObject({
        status: 400,
      });
    });

    it('gives a recipient the very bytes that it previewed', async () => {
      const { name } = runOf('approved').handle;
      const preview = await read(`${name}/disclosures/public`);
      const sent = await ask(`${name}/disclosures/public/bundle`);
      const bytes = Buffer.from(await sent.arrayBuffer());
      expect(preview['digest']).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
      expect(Number(preview['withheldSteps'])).toBeGreaterThan(0);
    });

    it('goes on with a cookie, and changes nothing by it alone', async () => {
      const begun = await ask('session', {}, 'POST');
      const [cookie = ''] = begun.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
      const { csrfToken } = (await begun.json()) as { csrfToken: string };
      expect((await ask('tenants/demo/approvals', { cookie })).status).toBe(200);
      expect(await (await ask('session', { cookie }, 'DELETE')).json()).toMatchObject({
        reason: 'CSRF_TOKEN_MISMATCH',
      });
      expect((await ask('session', { cookie, 'sealflow-csrf': csrfToken }, 'DELETE')).status).toBe(204);
    });

    it('proves its log between two sizes, and says no objective is shown on simulated hardware', async () => {
      const { publishedSize } = await read('log/health');
      const { path } = await read(`log/consistency?from=1&to=${publishedSize}`);
      expect(path).not.toEqual([]);
      const period = 'startTime=2020-01-01T00:00:00Z&endTime=2020-02-01T00:00:00Z';
      expect((await ask(`tenants/demo/report?framework=dora&format=html&${period}`)).status).toBe(200);
      const start = new Date(Date.now() - 86_400_000).toISOString();
      const end = new Date(Date.now() + 86_400_000).toISOString();
      const oscal = `tenants/demo/report?framework=dora&format=oscal&startTime=${start}&endTime=${end}`;
      const text = await (await ask(oscal)).text();
      expect(text).toContain('"not-satisfied"');
      expect(text).not.toContain('"satisfied"');
    });
  });
}
