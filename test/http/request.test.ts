import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { wrongAddress } from '../../src/http/addresses.ts';
import { type Limits, limits, request } from '../../src/http/request.ts';
import type { WebAnswer, WebRequest } from '../../src/ports/saas.ts';
import { certificate } from './certificate.ts';
import { deaf, localServer, pages } from './local-server.ts';

const never = new AbortController().signal;
const ask = (url: string, more: Partial<WebRequest> = {}, within: Partial<Limits> = {}, signal = never) =>
  request({ method: 'GET', url, allowLoopback: true, ...more }, signal, { ...limits, ...within });

/** An address on the internet, which no test comes to ask. */
const elsewhere = '93.184.215.14';
/** A name server of our own. */
const names = (table: Readonly<Record<string, string>>): Partial<Limits> => ({
  lookup: async (name) => [{ address: table[name] ?? elsewhere, family: table[name]?.includes(':') ? 6 : 4 }],
});

function why(answer: WebAnswer) {
  if (answer.status !== null) throw new Error(`expected no answer, got ${answer.status}`);
  return { kind: answer.kind, why: answer.why };
}

describe('what is asked', () => {
  test('a page answers with status, type and text', async () => {
    const { url } = await localServer(pages({ '/a?b=1': [203, { 'content-type': 'text/plain' }, 'Grüße'] }));
    expect(await ask(`${url}/a?b=1`)).toEqual({
      status: 203,
      url: `${url}/a?b=1`,
      redirects: [],
      contentType: 'text/plain',
      body: 'Grüße',
    });
  });

  test('a form is sent as a browser sends it', async () => {
    const { url, received } = await localServer(pages({ '/': [200] }));
    await ask(`${url}/`, { method: 'POST', form: { 'x-amzn-marketplace-token': 'a b&c' } });
    const [asked] = received;
    expect(asked).toMatchObject({ method: 'POST', body: 'x-amzn-marketplace-token=a+b%26c' });
    expect(asked?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  test.each([
    ['compressed all the same', { 'content-encoding': 'gzip' }, gzipSync('Hallo')],
    [
      'in the character set that it names',
      { 'content-type': 'text/html; charset=Shift_JIS' },
      Buffer.from([0x48, 0x61, 0x6c, 0x6c, 0x6f]),
    ],
  ])('a text is read that is sent %s', async (_, headers, body) => {
    const { url } = await localServer(pages({ '/': [200, headers, body] }));
    expect(await ask(url)).toMatchObject({ body: 'Hallo' });
  });

  test('Shift_JIS is not taken for UTF-8', async () => {
    const invalid = Buffer.from([0x96, 0xb3, 0x8c, 0xf8]);
    const { url } = await localServer(
      pages({ '/': [200, { 'content-type': 'text/html; charset=Shift_JIS' }, invalid] }),
    );
    expect(await ask(url)).toMatchObject({ body: '無効' });
  });
});

describe('redirects', () => {
  test.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'a=1'],
    [308, 'POST', 'a=1'],
  ])('%i makes a %s of a POST', async (status, method, body) => {
    const { url, received } = await localServer(pages({ '/': [status, { location: '/next' }], '/next': [200] }));
    expect(await ask(url, { method: 'POST', form: { a: '1' } })).toMatchObject({
      status: 200,
      redirects: [`${url}/next`],
    });
    expect(received[1]).toMatchObject({ method, body });
  });

  test('5 are followed, the 6th is not', async () => {
    const chain = pages(
      Object.fromEntries(
        [...Array(9).keys()].map((i) => [`/${i}`, i === 6 ? [200] : [302, { location: `/${i + 1}` }]]),
      ),
    );
    const { url, received } = await localServer(chain);
    expect(await ask(`${url}/1`)).toMatchObject({ status: 200, url: `${url}/6` });
    expect(why(await ask(`${url}/0`))).toEqual({
      kind: 'redirects',
      why: `${url} redirects more than 5 times.`,
    });
    expect(received.map(({ path }) => path).slice(6)).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']);
  });

  test('headers stay with the first origin, also when a redirect leads back to it', async () => {
    const other = await localServer(({ path }, response) => {
      response.writeHead(302, { location: `${path === '/' ? home.url : ''}/back` }).end();
    });
    const home: { url: string; received: readonly { path: string; headers: Record<string, unknown> }[] } =
      await localServer(
        pages({ '/': [307, { location: '/here' }], '/here': [307, { location: `${other.url}/` }], '/back': [200] }),
      );
    expect(await ask(home.url, { headers: { authorization: 'Bearer s3cret' } })).toMatchObject({ status: 200 });
    expect(home.received.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/', 'Bearer s3cret'],
      ['/here', 'Bearer s3cret'],
      ['/back', undefined],
    ]);
    expect(JSON.stringify(other.received)).not.toContain('s3cret');
  });

  test('cookies come along to the host that set them, and to no other', async () => {
    const other = await localServer(pages({ '/': [200] }));
    const home = await localServer(
      pages({
        '/': [
          303,
          { location: '/flash', 'set-cookie': ['session=1; Path=/; HttpOnly', 'gone=1', 'evil=1; Domain=example.com'] },
        ],
        '/flash': [303, { location: '/out', 'set-cookie': ['gone=; Max-Age=0'] }],
        '/out': [303, { location: other.url.replace('127.0.0.1', 'localhost') }],
      }),
    );
    await ask(home.url, {}, names({ localhost: '127.0.0.1' }));
    expect(home.received.map(({ headers }) => headers.cookie)).toEqual([undefined, 'session=1; gone=1', 'session=1']);
    expect(other.received.map(({ headers }) => headers.cookie)).toEqual([undefined]);
  });

  test.each([
    ['a part of an address', '127.0.0.1', 'Domain=0.0.1', null],
    ['a public suffix', 'app.saas.co.uk', 'Domain=co.uk', null],
    ['another site', 'app.saas.com', 'Domain=example.com', null],
    ['its own site', 'app.saas.com', 'Domain=saas.com', 'a=1'],
    ['its own address', '127.0.0.1', 'Domain=127.0.0.1', 'a=1'],
  ])('a cookie for %s', async (_, host, domain, sent) => {
    const { received, port } = await localServer(
      pages({ '/': [303, { location: '/out', 'set-cookie': `a=1; ${domain}` }], '/out': [200] }),
    );
    await ask(`http://${host}:${port}/`, {}, { lookup: async () => [{ address: '127.0.0.1', family: 4 }] });
    expect(received.map(({ headers }) => headers.cookie ?? null)).toEqual([null, sent]);
  });

  test('a redirect that names no URL, or another protocol, is none to follow', async () => {
    const { url } = await localServer(
      pages({
        '/bad': [302, { location: 'https://[' }],
        '/js': [302, { location: 'javascript:alert(1)' }],
        '/none': [302],
      }),
    );
    expect(why(await ask(`${url}/bad`))).toEqual({
      kind: 'refused',
      why: `${url} redirects to an invalid URL.`,
    });
    expect(why(await ask(`${url}/js`)).kind).toBe('refused');
    expect(await ask(`${url}/none`)).toMatchObject({ status: 302, redirects: [] });
  });
});

describe('addresses that are not allowed', () => {
  test.each([
    ['http', 'http://saas.example/', {}, 'http://saas.example is not https.'],
    [
      'loopback',
      'https://127.0.0.1/',
      {},
      'https://127.0.0.1 resolves to this machine (127.0.0.1), which buyers cannot reach.',
    ],
    ['loopback in other digits', 'https://0x7f.1/', {}, 'resolves to this machine'],
    ['loopback in IPv6', 'https://[::1]/', {}, 'resolves to this machine'],
    ['loopback as IPv4 in IPv6', 'https://[::ffff:127.0.0.1]/', {}, 'resolves to this machine'],
    [
      'a name of loopback',
      'https://saas.example/',
      { 'saas.example': '127.0.0.5' },
      'https://saas.example resolves to this machine (127.0.0.5)',
    ],
    ['link-local', 'https://169.254.169.254/', {}, 'link-local'],
    ['a name of link-local', 'https://saas.example/', { 'saas.example': '169.254.169.254' }, 'link-local'],
    ['link-local in IPv6', 'https://saas.example/', { 'saas.example': 'fe80::1' }, 'link-local'],
    ["EC2's metadata in IPv6", 'https://[fd00:ec2::254]/', {}, 'link-local'],
    ['the unspecified address', 'https://0.0.0.0/', {}, 'unspecified'],
    ["Azure's metadata", 'https://168.63.129.16/', {}, 'metadata'],
    ["Alibaba Cloud's metadata", 'https://100.100.100.200/', {}, 'metadata'],
    ["Oracle Cloud's metadata", 'https://saas.example/', { 'saas.example': '192.0.0.192' }, 'metadata'],
    ["Google Cloud's metadata in IPv6", 'https://[fd20:ce::254]/', {}, 'metadata'],
    ['IPv4 behind NAT64', 'https://[64:ff9b::a9fe:a9fe]/', {}, 'link-local'],
    [
      'IPv4 behind NAT64, by its name',
      'https://saas.example/',
      { 'saas.example': '64:ff9b::168.63.129.16' },
      'metadata',
    ],
    ['IPv4 behind a NAT64 of its own prefix', 'https://[64:ff9b:1::a9fe:a9fe]/', {}, 'reserved'],
    ['IPv4 in 6to4', 'https://[2002:a9fe:a9fe::]/', {}, 'link-local'],
    ['IPv4 in Teredo', 'https://[2001:0:4136:e378:8000:63bf:5601:5601]/', {}, 'reserved'],
    ['IPv4-compatible', 'https://[::a9fe:a9fe]/', {}, 'link-local'],
    ['IPv4-mapped', 'https://[::ffff:169.254.169.254]/', {}, 'link-local'],
    ['IPv4-mapped, by its name', 'https://saas.example/', { 'saas.example': '::ffff:100.100.100.200' }, 'metadata'],
    ['IPv4-translated', 'https://[::ffff:0:a9fe:a9fe]/', {}, 'link-local'],
    ['loopback behind NAT64', 'https://[64:ff9b::7f00:1]/', {}, 'resolves to this machine'],
    ['the unspecified address in 6to4', 'https://[2002::1]/', {}, 'unspecified'],
    ['a zone', 'https://saas.example/', { 'saas.example': 'fe80::1%eth0' }, 'link-local'],
    ['multicast', 'https://239.255.255.250/', {}, 'multicast'],
    ['multicast in IPv6', 'https://[ff02::1]/', {}, 'multicast'],
    ['multicast behind NAT64', 'https://[64:ff9b::e000:1]/', {}, 'multicast'],
    ['broadcast', 'https://255.255.255.255/', {}, 'reserved'],
    ['shared address space', 'https://100.64.0.1/', {}, 'reserved'],
    ['benchmarking', 'https://198.19.255.255/', {}, 'reserved'],
    ['documentation', 'https://203.0.113.9/', {}, 'reserved'],
    ['documentation in IPv6', 'https://[2001:db8::1]/', {}, 'reserved'],
    ['site-local', 'https://[fec0::1]/', {}, 'reserved'],
    ['another protocol', 'ftp://saas.example/', {}, 'ftp: URLs are not supported.'],
    ['no URL', 'saas.example', {}, 'The address is not a URL.'],
    ['a password', 'https://me:s3cret@saas.example/', {}, 'contains a user name or a password'],
  ])('%s', async (_, url, table, words) => {
    const answer = why(await ask(url, { allowLoopback: false }, names(table)));
    expect(answer).toEqual({ kind: 'refused', why: expect.stringContaining(words) });
    expect(answer.why).not.toContain('s3cret');
  });

  test.each([
    ['http to a name elsewhere', 'http://saas.example/', { 'saas.example': elsewhere }, 'is not https'],
    ['link-local', 'http://169.254.169.254/', {}, 'link-local'],
    ['a name of link-local', 'https://saas.example/', { 'saas.example': '169.254.1.1' }, 'link-local'],
  ])('where loopback is allowed: %s', async (_, url, table, words) => {
    expect(why(await ask(url, {}, names(table)))).toEqual({ kind: 'refused', why: expect.stringContaining(words) });
  });

  test.each([
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    'fd12:3456::1',
    '8.8.8.8',
    '64:ff9b::808:808',
    '2606:4700::1111',
  ])("a private network is the seller's own, and the internet is for all: %s", (address) => {
    const family = address.includes(':') ? 6 : 4;
    expect(wrongAddress(new URL('https://saas.example/'), [{ address, family }], false)).toBeNull();
  });

  test('one forbidden address is enough', async () => {
    const lookup: Limits['lookup'] = async () => [
      { address: elsewhere, family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    expect(why(await ask('https://saas.example/', { allowLoopback: false }, { lookup })).kind).toBe('refused');
  });

  test.each([
    ['http elsewhere', 'http://saas.example/', 'is not https'],
    ['link-local', 'http://169.254.169.254/latest/meta-data', 'link-local'],
    ['a name of link-local', 'https://metadata.example/', 'link-local'],
  ])('a redirect does not lead there either: %s', async (_, location, words) => {
    const { url } = await localServer(pages({ '/': [302, { location }] }));
    const table = names({ 'metadata.example': '169.254.169.254', 'saas.example': elsewhere });
    const answer = why(await ask(url, {}, table));
    expect(answer).toEqual({ kind: 'refused', why: expect.stringContaining(words) });
    expect(answer.why).toContain(`(${url} redirects there.)`);
  });
});

describe('TLS', () => {
  const good = certificate(['127.0.0.1', 'saas.example']);

  test('a trusted certificate for the host is fine, by address and by name', async () => {
    const { url, port } = await localServer(pages({ '/': [200, {}, 'hello'] }), good);
    expect(await ask(url, {}, { trusted: good.cert })).toMatchObject({ status: 200, body: 'hello' });
    const named = await ask(
      `https://saas.example:${port}/`,
      {},
      { trusted: good.cert, ...names({ 'saas.example': '127.0.0.1' }) },
    );
    expect(named).toMatchObject({ status: 200, body: 'hello' });
  });

  test('a self-signed certificate is refused, and NODE_TLS_REJECT_UNAUTHORIZED changes nothing', async () => {
    const { url, received } = await localServer(pages({ '/': [200] }), good);
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    onTestFinished(() => {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    });
    expect(why(await ask(url))).toEqual({
      kind: 'tls',
      why: `The certificate of ${url} is self-signed, so no browser trusts it.`,
    });
    expect(received).toEqual([]);
  });

  test.each([
    ['for another host', certificate(['other.example']), 'is not for 127.0.0.1.'],
    ['expired', certificate(['127.0.0.1'], -1), 'has expired.'],
  ])('a certificate that is %s is refused', async (_, bad, words) => {
    const { url } = await localServer(pages({ '/': [200] }), bad);
    expect(why(await ask(url, {}, { trusted: bad.cert }))).toEqual({
      kind: 'tls',
      why: `The certificate of ${url} ${words}`,
    });
  });

  test('a server without TLS is a matter of TLS', async () => {
    const { port } = await localServer(pages({ '/': [200] }));
    expect(why(await ask(`https://127.0.0.1:${port}/`)).kind).toBe('tls');
  });
});

describe('no response', () => {
  test('no server listens', async () => {
    expect(why(await ask(`${deaf}/secret-path`))).toEqual({ kind: 'network', why: `${deaf} refused the connection.` });
  });

  test('the name does not exist', async () => {
    const lookup: Limits['lookup'] = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    };
    expect(why(await ask('https://saas.example/', {}, { lookup }))).toEqual({
      kind: 'network',
      why: 'There is no host saas.example: its name cannot be resolved.',
    });
  });

  test.each([
    ['the connection is closed', '', 'closed the connection'],
    ['it is not HTTP', 'SSH-2.0-OpenSSH\r\n', 'is not valid HTTP'],
    [
      'it switches to another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      '101 Switching Protocols',
    ],
    ['it switches without saying to what', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', '101 Switching Protocols'],
  ])('%s', async (_, text, words) => {
    const server = createServer((socket) => socket.once('data', () => socket.end(text)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(why(await ask(`http://127.0.0.1:${port}/`))).toEqual({
      kind: 'network',
      why: expect.stringContaining(words),
    });
  });

  test.each([
    ['', {}, Buffer.alloc(1024 * 1024 + 1)],
    [', unpacked', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(1024 * 1024 + 1))],
  ])('more than 1 MiB%s', async (_, headers, body) => {
    const { url } = await localServer(pages({ '/': [200, headers, body] }));
    expect(why(await ask(url)).kind).toBe('too-large');
  });

  test('1 MiB is not too much', async () => {
    const { url } = await localServer(pages({ '/': [200, {}, Buffer.alloc(1024 * 1024, 'x')] }));
    expect(await ask(url)).toMatchObject({ status: 200 });
  });

  test('a header that HTTP does not allow is named, and its value is not', async () => {
    const { url, received } = await localServer(pages({ '/': [200] }));
    const answer = why(await ask(url, { headers: { authorization: 'Bearer s3cret\n' } }));
    expect(answer).toEqual({ kind: 'refused', why: expect.stringContaining('The header authorization') });
    expect(answer.why).not.toContain('s3cret');
    expect(received).toEqual([]);
  });
});

describe('time', () => {
  /** A place to hang at; `reached` is kept when the request is there. */
  const places: Readonly<
    Record<string, (reached: () => void) => Promise<readonly [url: string, within?: Partial<Limits>]>>
  > = {
    'before it answers': async (reached) => [(await localServer(reached)).url],
    'in the middle of its text': async (reached) => {
      const { url } = await localServer((_, response) => {
        response.writeHead(200).write('and', reached);
      });
      return [url];
    },
    'in the middle of a text whose end is that of the connection': async (reached) => {
      const { url } = await localServer((_, response) => {
        response.socket?.write('HTTP/1.1 200 OK\r\n\r\n{"plan":"pro"} ', () => reached());
      });
      return [url];
    },
    'after a redirect': async (reached) => {
      const { url } = await localServer(({ path }, response) => {
        if (path === '/') response.writeHead(302, { location: '/slow' }).end();
        else reached();
      });
      return [url];
    },
    'while the name is resolved': async (reached) => [
      'https://saas.example',
      { lookup: () => new Promise(() => reached()) },
    ],
  };

  test.each(Object.entries(places))('ends for a server that hangs %s', async (_, open) => {
    const [url, within] = await open(() => {});
    const answer = await ask(url, {}, { ...within, timeoutMs: 40 });
    expect(why(answer)).toEqual({ kind: 'timeout', why: `${url} did not send a complete response within 0.04 s.` });
  });

  test.each(Object.entries(places))('an abort is honoured at once %s', async (_, open) => {
    const stopping = new AbortController();
    const reason = new Error('stopped');
    const [url, within] = await open(() => setImmediate(() => stopping.abort(reason)));
    await expect(ask(url, {}, within, stopping.signal)).rejects.toBe(reason);
  });

  test('nothing is asked after an abort', async () => {
    const { url, received } = await localServer(pages({ '/': [200] }));
    await expect(ask(url, {}, {}, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
    expect(received).toEqual([]);
  });

  test('the limits are those that are promised', () => {
    expect(limits).toMatchObject({ timeoutMs: 10_000, redirects: 5, bytes: 1024 * 1024 });
  });
});
