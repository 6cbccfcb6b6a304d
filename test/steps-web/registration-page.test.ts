import { describe, expect, test } from 'vitest';
import { registrationPage } from '../../src/steps/registration-page.ts';
import { certificate } from '../web/certificate.ts';
import { deaf, localServer, type Page, pages } from '../web/local-server.ts';
import { lookContext, type Scene } from './look-context.ts';

const look = (fulfillmentUrl: string | null, scene: Scene = {}) =>
  registrationPage.look({}, lookContext({ fulfillmentUrl, ...scene }));

const html = { 'content-type': 'text/html; charset=utf-8' };

describe('GET', () => {
  test.each<[string, Readonly<Record<string, Page>>, string, string]>([
    ['200', { '/': [200] }, 'pass', 'answers 200.'],
    ['204', { '/': [204] }, 'pass', 'answers 204.'],
    ['a redirect that ends well', { '/': [302, { location: '/in' }], '/in': [200] }, 'pass', 'answers 200 at http://'],
    [
      'a sign-in elsewhere that keeps programs out',
      { '/': [302, { location: '/in' }], '/in': [403] },
      'pass',
      'redirects to',
    ],
    ['404', { '/': [404] }, 'fail', 'answers 404'],
    ['405', { '/': [405] }, 'fail', 'answers 405'],
    ['401', { '/': [401] }, 'fail', 'answers 401'],
    ['500', { '/': [500] }, 'fail', 'answers 500'],
    ['503', { '/': [503] }, 'fail', 'answers 503'],
    ['a redirect without a target', { '/': [302] }, 'fail', 'answers 302'],
    ['a redirect to a page that is not there', { '/': [302, { location: '/in' }] }, 'fail', 'which answers 404'],
    [
      'a redirect to a page that breaks',
      { '/': [302, { location: '/in' }], '/in': [502] },
      'fail',
      'which answers 502',
    ],
    [
      'a redirect to http',
      { '/': [302, { location: 'http://saas.example/' }] },
      'fail',
      'http://saas.example is not https.',
    ],
    ['redirects in a circle', { '/': [302, { location: '/' }] }, 'error', 'more than 5 redirects'],
    ['too many requests', { '/': [429] }, 'error', 'asked too often (429)'],
    ['more than can be read', { '/': [200, {}, Buffer.alloc(1024 * 1024 + 1)] }, 'error', 'more than 1048576 bytes'],
  ])('%s', async (_, table, status, words) => {
    const { url, received } = await localServer(pages(table));
    const found = await look(`${url}/`, { within: { lookup: async () => [{ address: '192.0.2.1', family: 4 }] } });
    expect(found).toMatchObject({ status, reason: expect.stringContaining(words) });
    expect(received.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('a failure says what was expected, and what came', async () => {
    const { url } = await localServer(pages({}));
    expect(await look(`${url}/`)).toMatchObject({
      expected: { answer: '2xx, or a redirect to https' },
      actual: { answer: 'HTTP 404' },
    });
  });

  test.each([
    ['none', null, 'no delivery option with a fulfillment URL'],
    ['an empty one', '', 'no delivery option with a fulfillment URL'],
    ['http', 'http://saas.example/', 'does not begin with https://'],
    ['this machine', 'https://localhost/', 'an address of your own machine'],
    ['no URL', 'saas.example', 'is no URL'],
  ])('a fulfillment URL that is %s fails where AWS is real', async (_, url, words) => {
    expect(await look(url, { endpoint: null })).toMatchObject({
      status: 'fail',
      reason: expect.stringContaining(words),
    });
  });

  test('http on loopback is fine beside an AWS endpoint on loopback, and only there', async () => {
    const { url } = await localServer(pages({ '/': [200] }));
    expect(await look(url, { endpoint: 'http://localhost:4000' })).toMatchObject({ status: 'pass' });
    expect(await look(url, { endpoint: 'https://aws.example' })).toMatchObject({ status: 'fail' });
    expect(await look(url, { endpoint: null })).toMatchObject({ status: 'fail' });
  });

  test('a name that is this machine here may be another one elsewhere: it is not judged', async () => {
    const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    const found = await look('https://saas.example/', { endpoint: null, within: { lookup } });
    expect(found).toMatchObject({ status: 'error', reason: expect.stringContaining('127.0.0.1') });
  });

  test('TLS must be valid', async () => {
    const [good, stale] = [certificate(['127.0.0.1']), certificate(['127.0.0.1'], -1)];
    const right = await localServer(pages({ '/': [200] }), good);
    const expired = await localServer(pages({ '/': [200] }), stale);
    expect(await look(right.url, { within: { trusted: good.cert } })).toMatchObject({ status: 'pass' });
    expect(await look(right.url)).toMatchObject({ status: 'fail', reason: expect.stringContaining('self-signed') });
    expect(await look(expired.url, { within: { trusted: stale.cert } })).toMatchObject({
      status: 'fail',
      reason: expect.stringContaining('has expired'),
    });
  });

  test("silence is not the page's fault for sure", async () => {
    expect(await look(deaf)).toMatchObject({
      status: 'error',
      reason: expect.stringContaining('refuses connections'),
    });
    const { url } = await localServer(() => {});
    expect(await look(url, { within: { timeoutMs: 30 } })).toMatchObject({
      status: 'error',
      reason: expect.stringContaining('has not answered in full after 0.03 s.'),
    });
  });

  test('an abort ends it', async () => {
    const stopping = new AbortController();
    const { url } = await localServer(() => stopping.abort(new Error('stopped')));
    await expect(look(url, { signal: stopping.signal })).rejects.toThrow('stopped');
  });
});

describe('POST of an invalid token', () => {
  const signUp = '<h1>Create your account</h1><form><input type="email" name="email"><input type=password></form>';
  const landing = '<p>Acme Notes. Notes for everybody.</p>';
  const shell =
    '<body><div id="app"></div><p class="e">This registration link is invalid.</p><script src="/app.js"></script></body>';
  /** What the page answers to the form, and the pages it may lead to. */
  type Case = [string, Page, Readonly<Record<string, Page>>, string, string];
  const post = async (posted: Page, more: Readonly<Record<string, Page>> = {}) => {
    const server = await localServer(pages({ 'GET /': [200, html, landing], 'POST /': posted, ...more }));
    const within = { lookup: async () => [{ address: '192.0.2.1', family: 4 }] };
    const found = await registrationPage.look(
      { post: true },
      lookContext({ fulfillmentUrl: `${server.url}/`, within }),
    );
    return { found, ...server };
  };
  const to = (location: string): Page => [303, { location }];

  test.each<Case>(
    [
      ['400 that says why', [400, html, '<p>The registration token is invalid.</p>'], {}, 'token is invalid'],
      ['400 with a page', [400, html, '<h1>Bad Request</h1>'], {}, '400: "Bad Request"'],
      ['422 in JSON', [422, {}, '{"message":"no such customer"}'], {}, 'no such customer'],
      ['401 that says why', [401, {}, '{"error":"INVALID_TOKEN"}'], {}, 'INVALID_TOKEN'],
      ['403 that says why', [403, html, 'We could not verify your AWS Marketplace purchase.'], {}, 'could not verify'],
      ['410 that says why', [410, html, 'This link has expired.'], {}, 'link has expired'],
      ['200 that says why', [200, html, '<h1>Oops</h1><p>Your link isn’t valid any more.</p>'], {}, "link isn't valid"],
      ['200 in JSON that says why', [200, {}, '{"ok":false,"error":"expired_token"}'], {}, 'expired_token'],
      [
        '200 that sends the buyer back',
        [200, html, 'Go back to AWS Marketplace and click the button again.'],
        {},
        'back to AWS',
      ],
      ['200 in Japanese', [200, html, '<p>トークンが無効です。</p>'], {}, 'トークンが無効です'],
      [
        '200 in Japanese that begins again',
        [200, html, '<p>もう一度 AWS Marketplace からお試しください。</p>'],
        {},
        'もう一度',
      ],
      [
        'a redirect to a page that says why',
        to('/no'),
        { '/no': [200, html, 'Unknown registration link'] },
        'Unknown registration link',
      ],
      [
        'a redirect whose address says it',
        to('/login?error=invalid_token'),
        { '/login?error=invalid_token': [200, html, signUp] },
        '/login?error=',
      ],
      ['a bare word in the address', to('/login?error'), { '/login?error': [200, html, signUp] }, '/login?error'],
      ['a path that says it', to('/link-expired'), { '/link-expired': [200, html, '<p>Hello</p>'] }, '/link-expired'],
      ['an address of a script that says it', to('/#/invalid-token'), {}, 'sends an invalid token to'],
      [
        'a refusal beside hidden fields',
        [200, html, 'The token is invalid.<input type=hidden name=email>'],
        {},
        'token is invalid',
      ],
      [
        'a refusal with scripts, unlike the page without a token',
        [200, html, shell],
        {},
        'registration link is invalid',
      ],
    ].map(([name, posted, more, words]) => [name, posted, more, 'pass', words] as Case),
  )('%s is a refusal', judged);

  test.each<Case>(
    [
      ['404', [404, html, 'The token is invalid'], {}, '404'],
      ['405', [405], {}, '405'],
      ['415', [415], {}, '415'],
      ['500', [500, html, 'InvalidTokenException'], {}, '500'],
      ['502', [502], {}, '502'],
      ['a sign-up form', [200, html, signUp], {}, 'goes on as after a real purchase'],
      [
        'a sign-up form after a redirect',
        to('/sign-up'),
        { '/sign-up': [200, html, signUp] },
        'goes on as after a real',
      ],
      [
        'the token carried on to the sign-up form',
        to('/sign-up?error=false'),
        { '/sign-up?error=false': [200, html, signUp] },
        'goes on',
      ],
      ['words of welcome', [200, html, 'Thank you! Your account has been created.'], {}, 'goes on as after a real'],
      ['201', [201, {}, '{"id":7}'], {}, 'goes on as after a real purchase'],
      ['a redirect to nowhere', to('/nowhere'), {}, '404'],
      ['a redirect to http', to('http://saas.example/'), {}, 'is not https'],
      [
        "Django's protection against foreign forms",
        [403, html, 'CSRF verification failed. Request aborted.'],
        {},
        '(CSRF)',
      ],
      ["Express's", [403, html, 'ForbiddenError: invalid csrf token'], {}, '(CSRF)'],
      ["SvelteKit's", [403, {}, 'Cross-site POST form submissions are forbidden'], {}, '(CSRF)'],
      ["Rails's", [422, html, '<h1>The change you wanted was rejected.</h1>'], {}, '(CSRF)'],
      ["Laravel's", [419, html, 'Page Expired'], {}, '(CSRF)'],
    ].map(([name, posted, more, words]) => [name, posted, more, 'fail', words] as Case),
  )('%s is none, and fails', judged);

  test.each<Case>(
    [
      ['403 of a firewall', [403, html, 'Request blocked. Reference 18.2f'], {}, 'no word about the token'],
      ['401 without words', [401], {}, 'no word about the token'],
      ['429', [429, html, 'Slow down'], {}, 'no word about the token'],
      ['400 without words', [400], {}, 'no word about the token'],
      ['200 without words', [200], {}, 'does not say whether'],
      ['a page about something else', [200, html, landing], {}, 'does not say whether'],
      [
        'a page whose wording is of errors in general',
        [200, html, 'We track errors. Manage your contract.'],
        {},
        'does not say',
      ],
      [
        'a page that scripts make',
        [200, html, '<noscript>The token is invalid</noscript><script>x</script>'],
        {},
        'does not say',
      ],
      ['words that are hidden', [200, html, '<div hidden><p>Invalid token</p></div><p>Hello</p>'], {}, 'does not say'],
      [
        'words of a hidden class',
        [200, html, '<div class="alert hidden">Invalid token</div>Hello'],
        {},
        'does not say',
      ],
      ['words in a comment', [200, html, '<!-- invalid token --><p>Hello</p>'], {}, 'does not say'],
      ['a refusal over a sign-up form', [200, html, `<p>Invalid token</p>${signUp}`], {}, 'but goes on as after'],
      [
        'a refusal that is a success too',
        [200, html, 'Thank you. If your link has expired, write to us.'],
        {},
        'but goes on as',
      ],
      ['CSRF words on a page that is fine', [200, html, 'Invalid CSRF token'], {}, 'foreign forms (CSRF)'],
      [
        'the page of scripts that is there without a token too',
        [200, html, shell],
        { 'GET /': [200, html, shell] },
        'the same without a token',
      ],
      ['a redirect without a target', [302], {}, 'no location'],
      [
        'another path with such a word',
        to('/error-tracking'),
        { '/error-tracking': [200, html, landing] },
        'does not say whether',
      ],
      [
        'an address to go on to',
        to('/in?next=/errors'),
        { '/in?next=/errors': [200, html, landing] },
        'does not say whether',
      ],
    ].map(([name, posted, more, words]) => [name, posted, more, 'error', words] as Case),
  )("%s can't be told", judged);

  async function judged(...[, posted, more, status, words]: Case) {
    const { found } = await post(posted, more);
    expect(found).toMatchObject({ status, reason: expect.stringContaining(words) });
  }

  test('the token is never taken for an answer', async () => {
    const echo = await localServer(({ method, body, path }, response) => {
      if (method === 'POST') response.writeHead(303, { location: `/sign-up?${body}` }).end();
      else response.writeHead(200, html).end(`${signUp}<p>${path}</p>`);
    });
    const found = await registrationPage.look({ post: true }, lookContext({ fulfillmentUrl: echo.url }));
    expect(found).toMatchObject({ status: 'fail' });
  });

  test('what a page keeps for the next one in a session is found', async () => {
    const server = await localServer(({ method, headers, path }, response) => {
      if (method === 'POST') response.writeHead(303, { location: '/start', 'set-cookie': 'flash=1; Path=/' }).end();
      else
        response
          .writeHead(200, html)
          .end(path === '/start' && headers.cookie === 'flash=1' ? 'Invalid token.' : signUp);
    });
    const found = await registrationPage.look({ post: true }, lookContext({ fulfillmentUrl: server.url }));
    expect(found).toMatchObject({ status: 'pass' });
  });

  test("it is sent as AWS's page sends it, once, after the GET", async () => {
    const { received } = await post([400, html, 'invalid token']);
    expect(received.map(({ method }) => method)).toEqual(['GET', 'POST']);
    const [, form] = received;
    expect(form?.body).toMatch(/^x-amzn-marketplace-token=[\w-]+$/);
    expect(form?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://aws.amazon.com',
    });
    expect(form?.headers.authorization).toBeUndefined();
  });

  test('nothing is sent to a page that does not answer a GET', async () => {
    const { found, received } = await post([400, html, 'invalid token'], { 'GET /': [503] });
    expect(found).toMatchObject({ status: 'fail', reason: expect.stringContaining('503') });
    expect(received.map(({ method }) => method)).toEqual(['GET']);
  });

  test('only the POST asks first', () => {
    expect(registrationPage.asksFirst?.({})).toBeNull();
    expect(registrationPage.asksFirst?.({ post: false })).toBeNull();
    expect(registrationPage.asksFirst?.({ post: true })).toContain('x-amzn-marketplace-token');
  });

  test('no page can hold the reading up', async () => {
    const nasty = ['<div hidden>', '<script', '<!--', '<input type=', 'invalid ', '&#'].map((piece) =>
      piece.repeat(Math.floor(1_000_000 / piece.length)),
    );
    for (const body of nasty) {
      const { found } = await post([200, html, `<p>${body}`]);
      expect(found.status).toBe('error');
    }
  });
});
