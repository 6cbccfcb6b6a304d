import { describe, expect, test } from 'vitest';
import { registrationPage } from '../../src/checks/registration-page.ts';
import { certificate } from '../http/certificate.ts';
import { deaf, localServer, type Page, pages } from '../http/local-server.ts';
import { checkContext, type Scene } from './check-context.ts';

const look = (fulfillmentUrl: string | null, scene: Scene = {}) =>
  registrationPage.observe({}, checkContext({ fulfillmentUrl, ...scene }));

const html = { 'content-type': 'text/html; charset=utf-8' };

describe('GET', () => {
  const lookup = async () => [{ address: '192.0.2.1', family: 4 }];

  test.each<[string, Readonly<Record<string, Page>>, 'pass' | 'fail' | 'error', string]>([
    ['200', { '/': [200] }, 'pass', 'page-answers'],
    ['204', { '/': [204] }, 'pass', 'page-answers'],
    ['a redirect that ends well', { '/': [302, { location: '/in' }], '/in': [200] }, 'pass', 'page-answers'],
    [
      'a sign-in that keeps programs out',
      { '/': [302, { location: '/in' }], '/in': [403] },
      'pass',
      'page-leads-to-sign-in',
    ],
    ['405, as of a page that takes a POST only', { '/': [405] }, 'pass', 'page-takes-post-only'],
    ['401', { '/': [401] }, 'fail', 'page-fails'],
    ['500', { '/': [500] }, 'fail', 'page-fails'],
    ['503', { '/': [503] }, 'fail', 'page-fails'],
    ['a redirect without a target', { '/': [302] }, 'fail', 'page-fails'],
    ['a redirect to a page that is not there', { '/': [302, { location: '/in' }] }, 'fail', 'page-fails'],
    ['a redirect to a page that breaks', { '/': [302, { location: '/in' }], '/in': [502] }, 'fail', 'page-fails'],
    ['a redirect to http', { '/': [302, { location: 'http://saas.example/' }] }, 'fail', 'page-unreachable'],
    [
      '404 of a cloud that serves nothing there',
      { '/': [404, html, '<h1>404 Web Site not found.</h1>'] },
      'fail',
      'page-fails',
    ],
    ['redirects in a circle', { '/': [302, { location: '/' }] }, 'error', 'page-unanswered'],
    ['too many requests', { '/': [429] }, 'error', 'page-throttles'],
    ['more than can be read', { '/': [200, {}, Buffer.alloc(1024 * 1024 + 1)] }, 'error', 'page-unanswered'],
  ])('%s', async (_, table, status, code) => {
    const { url, received } = await localServer(pages(table));
    const found = await look(`${url}/`, { within: { lookup } });
    expect(found).toMatchObject({ status, code });
    expect(found.advisory).toBeUndefined();
    expect(received.every(({ method }) => method === 'GET')).toBe(true);
  });

  test.each<[string, Readonly<Record<string, Page>>, string]>([
    ['404 of Express', { '/': [404, html, '<pre>Cannot GET /</pre>'] }, 'get-unclear'],
    ['404 of API Gateway', { '/': [404, {}, '{"message":"Not Found"}'] }, 'get-unclear'],
    ['403 of API Gateway', { '/': [403, {}, '{"message":"Missing Authentication Token"}'] }, 'get-unclear'],
    [
      '405 after a redirect, which a POST may not survive',
      { '/': [301, { location: '/in' }], '/in': [405] },
      'get-unclear',
    ],
    ['403 of a bot protection', { '/': [403, html, '<title>Just a moment...</title>'] }, 'get-blocked'],
    ['405 of a CAPTCHA', { '/': [405, html, '<title>Human Verification</title>'] }, 'get-blocked'],
    ['503 of a challenge', { '/': [503, html, '<h1>Checking your browser</h1>'] }, 'get-blocked'],
  ])('%s can not be told, and does not stop a run', async (_, table, code) => {
    const { url } = await localServer(pages(table));
    expect(await look(`${url}/`)).toMatchObject({ status: 'error', advisory: true, code, values: { url: `${url}/` } });
  });

  test('a failure says what was expected, and what came', async () => {
    const { url } = await localServer(pages({ '/': [500] }));
    expect(await look(`${url}/`)).toMatchObject({
      expected: { answer: '2xx, or a redirect to https' },
      actual: { answer: 'HTTP 500' },
    });
  });

  test.each([
    ['none', null, 'no-fulfillment-url'],
    ['an empty one', '', 'no-fulfillment-url'],
    ['http', 'http://saas.example/', 'bad-fulfillment-url'],
    ['this machine', 'https://localhost/', 'bad-fulfillment-url'],
    ['no URL', 'saas.example', 'bad-fulfillment-url'],
  ])('a fulfillment URL that is %s fails where AWS is real', async (_, url, code) => {
    expect(await look(url, { endpoint: null })).toMatchObject({ status: 'fail', code });
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
      reason: expect.stringContaining('refused the connection'),
    });
    const { url } = await localServer(() => {});
    expect(await look(url, { within: { timeoutMs: 30 } })).toMatchObject({
      status: 'error',
      reason: expect.stringContaining('did not send a complete response within 0.03 s.'),
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
  /** What the page answers to the form, the pages it may lead to, the code, and words of the quote. */
  type Case = [string, Page, Readonly<Record<string, Page>>, string, string?];
  const post = async (posted: Page, more: Readonly<Record<string, Page>> = {}) => {
    const server = await localServer(pages({ 'GET /': [200, html, landing], 'POST /': posted, ...more }));
    const within = { lookup: async () => [{ address: '192.0.2.1', family: 4 }] };
    const found = await registrationPage.observe(
      { post: true },
      checkContext({ fulfillmentUrl: `${server.url}/`, within }),
    );
    return { found, ...server };
  };
  const to = (location: string): Page => [303, { location }];

  test.each<Case>([
    [
      '400 that says why',
      [400, html, '<p>The registration token is invalid.</p>'],
      {},
      'token-refused',
      'token is invalid',
    ],
    [
      '401 that names the token',
      [401, {}, '{"error":"INVALID_REGISTRATION_TOKEN"}'],
      {},
      'token-refused',
      'INVALID_REGISTRATION_TOKEN',
    ],
    [
      'a named refusal that a GET without a token is told too',
      [400, html, 'Invalid registration token'],
      { 'GET /': [400, html, 'Invalid registration token'] },
      'token-refused',
    ],
    ['410 that says why', [410, html, 'This link has expired.'], {}, 'token-refused', 'This link'],
    [
      '200 that says why',
      [200, html, '<h1>Oops</h1><p>Your link isn’t valid any more.</p>'],
      {},
      'token-refused',
      'Your',
    ],
    [
      '200 in JSON that says why',
      [200, {}, '{"ok":false,"error":"expired_token"}'],
      {},
      'token-refused',
      'expired_token',
    ],
    ['200 in Japanese', [200, html, '<p>トークンが無効です。</p>'], {}, 'token-refused', 'トークンが無効です'],
    [
      'a redirect to a page that says why',
      to('/no'),
      { '/no': [200, html, 'Unknown registration link'] },
      'token-refused',
      'Unknown',
    ],
    [
      'a redirect whose address says it',
      to('/login?error=invalid_token'),
      { '/login?error=invalid_token': [200, html, signUp] },
      'token-refused',
      '/login?error=invalid_token',
    ],
    [
      'a path that says it',
      to('/link-expired'),
      { '/link-expired': [200, html, '<p>Hello</p>'] },
      'token-refused',
      '/link-expired',
    ],
    ['an address of a script that says it', to('/#/invalid-token'), {}, 'token-refused', '/#/invalid-token'],
    [
      'a refusal beside hidden fields',
      [200, html, 'The token is invalid.<input type=hidden name=email>'],
      {},
      'token-refused',
    ],
    [
      'a refusal with scripts, unlike the page without a token',
      [200, html, shell],
      {},
      'token-refused',
      'This registration link',
    ],
  ])('%s is a refusal', (...answer) => judged('pass', answer));

  test.each<Case>([
    ['405', [405], {}, 'route-missing'],
    ['415', [415], {}, 'body-not-read'],
    ['500', [500, html, 'InvalidTokenException'], {}, 'page-breaks'],
    ['502', [502], {}, 'page-breaks'],
    ['a sign-up form', [200, html, signUp], {}, 'token-accepted'],
    [
      'a sign-up form without an e-mail address',
      [200, html, '<form><input name="company"><button>Sign up</button></form>'],
      {},
      'token-accepted',
    ],
    ['a sign-up form after a redirect', to('/sign-up'), { '/sign-up': [200, html, signUp] }, 'token-accepted'],
    [
      'the token carried on to the sign-up form',
      to('/sign-up?error=false'),
      { '/sign-up?error=false': [200, html, signUp] },
      'token-accepted',
    ],
    ['words of welcome', [200, html, 'Thank you! Your account has been created.'], {}, 'token-accepted'],
    [
      'words of welcome with a hint',
      [200, html, 'Thank you. If your link has expired, write to us.'],
      {},
      'token-accepted',
    ],
    ['201', [201, {}, '{"id":7}'], {}, 'token-accepted'],
    // Each turned away every token, and passed once.
    [
      'API Gateway without the route',
      [403, {}, '{"message":"Missing Authentication Token"}'],
      {},
      'route-missing',
      'Missing Authentication Token',
    ],
    ['a token that is missing', [400, {}, 'token is missing'], {}, 'token-not-received', 'token is missing'],
    [
      'a framework that wants JSON',
      [422, {}, '{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}'],
      {},
      'body-not-read',
      'Field required',
    ],
    [
      'a parser of JSON',
      [400, {}, '{"message":"Unexpected token x, \\"x-amzn-mar\\"... is not valid JSON"}'],
      {},
      'body-not-read',
      'Unexpected token x',
    ],
    ["a proxy's 400", [400, html, '<h1>400 Bad Request</h1><hr>nginx/1.24.0'], {}, 'gateway-refused', 'nginx'],
    [
      'keys of the SaaS that have expired',
      [400, {}, 'ExpiredTokenException: The security token included in the request is expired'],
      {},
      'saas-credentials',
      'security token',
    ],
    [
      'a role that may not resolve customers',
      [
        400,
        {},
        'User: arn:aws:sts::111122223333:assumed-role/saas/i-0 is not authorized to perform: aws-marketplace:ResolveCustomer',
      ],
      {},
      'saas-credentials',
      'not authorized to perform',
    ],
    ['a page that has gone', [410, html, 'Gone'], {}, 'route-missing', 'Gone'],
    ['a redirect to nowhere', to('/nowhere'), {}, 'route-missing'],
    [
      'a redirect that says that no token came',
      to('/in?error=missing_token'),
      { '/in?error=missing_token': [200, html, signUp] },
      'token-not-received',
    ],
    [
      'what Lambda answers for a handler that threw',
      [200, {}, '{"errorMessage":"Registration token is invalid","errorType":"InvalidTokenException"}'],
      {},
      'page-breaks',
    ],
  ])('%s is none, and fails', (...answer) => judged('fail', answer));

  test.each<Case>([
    ['400 with a page', [400, html, '<h1>Bad Request</h1>'], {}, 'refusal-unclear', 'Bad Request'],
    ['403 of a firewall', [403, html, 'Request blocked. Reference 18.2f'], {}, 'request-blocked', 'Request blocked'],
    ['401 without words', [401], {}, 'refusal-unclear'],
    ['401 of any token', [401, {}, '{"error":"INVALID_TOKEN"}'], {}, 'refusal-unclear', 'INVALID_TOKEN'],
    ['403 of any token', [403, {}, '{"error":"Invalid token"}'], {}, 'refusal-unclear', 'Invalid token'],
    [
      'what could not be verified',
      [403, html, 'We could not verify your AWS Marketplace purchase.'],
      {},
      'refusal-unclear',
      'We could',
    ],
    [
      'a refusal that a GET without a token is told too',
      [400, {}, '{"error":"Invalid token","path":"POST /"}'],
      { 'GET /': [400, {}, '{"error":"Invalid token","path":"GET /"}'] },
      'refusal-unclear',
      'Invalid token',
    ],
    [
      'a refusal in an address that a GET without a token is led to too',
      to('/in?error=invalid_token'),
      { 'GET /': to('/in?error=invalid_token'), '/in?error=invalid_token': [200, html, signUp] },
      'refusal-unclear',
    ],
    ['a silent redirect to a sign-in', to('/login'), { '/login': [200, html, signUp] }, 'refusal-unclear', '/login'],
    [
      'a silent redirect to a sign-in that asks for it',
      to('/users/sign_in'),
      { '/users/sign_in': [200, html, `<p>Please sign in to continue.</p>${signUp}`] },
      'refusal-unclear',
    ],
    [
      'a silent redirect to a sign-in of another path',
      to('/welcome'),
      { '/welcome': [200, html, '<h1>Sign in</h1><form><input type="email"><input type="password"></form>'] },
      'refusal-unclear',
    ],
    ['429', [429, html, 'Slow down'], {}, 'post-throttled'],
    ['400 without words', [400], {}, 'refusal-unclear'],
    ['200 without words', [200], {}, 'refusal-unclear'],
    [
      '200 that sends the buyer back',
      [200, html, 'Go back to AWS Marketplace and click the button again.'],
      {},
      'refusal-unclear',
    ],
    [
      '200 in Japanese that sends the buyer back',
      [200, html, '<p>もう一度 AWS Marketplace からお試しください。</p>'],
      {},
      'refusal-unclear',
    ],
    ['404 that speaks of a token', [404, html, 'The token is invalid'], {}, 'refusal-unclear', 'The token is invalid'],
    [
      'a bare word in the address',
      to('/login?error'),
      { '/login?error': [200, html, signUp] },
      'refusal-unclear',
      '/login?error',
    ],
    [
      'another trouble in the address',
      to('/in?error=session_expired'),
      { '/in?error=session_expired': [200, html, signUp] },
      'refusal-unclear',
    ],
    ['a page about something else', [200, html, landing], {}, 'refusal-unclear'],
    [
      'a page whose wording is of errors in general',
      [200, html, 'We track errors. Manage your contract.'],
      {},
      'refusal-unclear',
    ],
    [
      'a page that scripts make',
      [200, html, '<noscript>The token is invalid</noscript><script>x</script>'],
      {},
      'refusal-unclear',
    ],
    ['words that are hidden', [200, html, '<div hidden><p>Invalid token</p></div><p>Hello</p>'], {}, 'refusal-unclear'],
    [
      'words of a hidden class',
      [200, html, '<div class="alert hidden">Invalid token</div>Hello'],
      {},
      'refusal-unclear',
    ],
    ['words in a comment', [200, html, '<!-- invalid token --><p>Hello</p>'], {}, 'refusal-unclear'],
    [
      'a refusal over a sign-up form',
      [200, html, `<p>Invalid token</p>${signUp}`],
      {},
      'refusal-contradicted',
      'Invalid token',
    ],
    [
      'CSRF words on a page that is fine',
      [200, html, 'Invalid CSRF token'],
      {},
      'refusal-unclear',
      'Invalid CSRF token',
    ],
    [
      'the page of scripts that is there without a token too',
      [200, html, shell],
      { 'GET /': [200, html, shell] },
      'scripts-decide',
    ],
    ['a redirect without a target', [302], {}, 'refusal-unclear'],
    [
      'another path with such a word',
      to('/error-tracking'),
      { '/error-tracking': [200, html, landing] },
      'refusal-unclear',
    ],
    ['an address to go on to', to('/in?next=/errors'), { '/in?next=/errors': [200, html, landing] }, 'refusal-unclear'],
  ])("%s can't be told", (...answer) => judged('error', answer));

  async function judged(status: string, [, posted, more, code, quote = '']: Case) {
    const { found, url } = await post(posted, more);
    expect(found).toMatchObject({ status, code, values: { url: `${url}/` } });
    expect(`${found.values.quote} ${found.values.at}`).toContain(quote);
  }

  test('a redirect to http fails', async () => {
    const { found } = await post(to('http://saas.example/'));
    expect(found).toMatchObject({ status: 'fail', code: 'page-unreachable' });
  });

  test('the token is never taken for an answer', async () => {
    const echo = await localServer(({ method, body, path }, response) => {
      if (method === 'POST') response.writeHead(303, { location: `/sign-up?${body}` }).end();
      else response.writeHead(200, html).end(`${signUp}<p>${path}</p>`);
    });
    const found = await registrationPage.observe({ post: true }, checkContext({ fulfillmentUrl: echo.url }));
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
    const found = await registrationPage.observe({ post: true }, checkContext({ fulfillmentUrl: server.url }));
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

  test.each<[string, Page, Page, string]>([
    ['503, a refusal', [503], [400, html, 'Invalid registration token'], 'pass'],
    ['404, a refusal', [404], [400, html, 'Invalid registration token'], 'pass'],
    ['200, no route', [200, html, landing], [404, html, 'Cannot POST /'], 'fail'],
    ['405, no word', [405], [400], 'error'],
  ])('whatever the GET answers, the POST decides: %s', async (_, plain, posted, status) => {
    const { found, received } = await post(posted, { 'GET /': plain });
    expect(found.status).toBe(status);
    expect(found.advisory).toBeUndefined();
    expect(received.map(({ method }) => method)).toEqual(['GET', 'POST']);
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

describe('several delivery options', () => {
  const option = (url: string, n: number) => ({ url, visibility: n === 0 ? 'Limited' : 'Public', id: `do-${n}` });
  const looked = async (fields: { post?: boolean }, ...answers: Readonly<Record<string, Page>>[]) => {
    const servers = await Promise.all(answers.map((table) => localServer(pages(table))));
    const urls = servers.map(({ url }) => `${url}/`);
    const found = await registrationPage.observe(fields, checkContext({ fulfillmentUrls: urls.map(option) }));
    return { found, urls, asked: servers.map(({ received }) => received.length) };
  };
  const refuses: Page = [400, {}, 'Invalid registration token'];

  test.each<[string, { post?: boolean }, Readonly<Record<string, Page>>[], string, string, number]>([
    ['all that answer pass', {}, [{ '/': [200] }, { '/': [405] }], 'pass', 'page-answers', 0],
    ['one that fails decides', {}, [{ '/': [200] }, { '/': [500] }, { '/': [404] }], 'fail', 'page-fails', 1],
    ['one that is unclear is worse than a pass', {}, [{ '/': [200] }, { '/': [404] }], 'error', 'get-unclear', 1],
    [
      'one that accepts anything decides',
      { post: true },
      [{ '/': refuses }, { '/': [201] }],
      'fail',
      'token-accepted',
      1,
    ],
    [
      'one that can not be told is worse than a pass',
      { post: true },
      [{ '/': [400] }, { '/': refuses }],
      'error',
      'refusal-unclear',
      0,
    ],
  ])('%s, and each is named', async (_, fields, answers, status, code, at) => {
    const { found, urls, asked } = await looked(fields, ...answers);
    expect(found).toMatchObject({ status, code, values: { url: urls[at] } });
    for (const url of urls) expect(found.reason).toContain(url);
    expect(asked).toEqual(urls.map(() => (fields.post ? 2 : 1)));
  });

  test('two that lead to one page are one question', async () => {
    const { url, received } = await localServer(pages({ '/': [200] }));
    const found = await registrationPage.observe(
      {},
      checkContext({ fulfillmentUrls: [option(url, 0), option(url, 1)] }),
    );
    expect(found).toMatchObject({ status: 'pass', values: { url } });
    expect(received).toHaveLength(1);
  });
});
