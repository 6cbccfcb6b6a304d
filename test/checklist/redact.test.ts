import { expect, test } from 'vitest';
import { redact, redactAll, secretsIn } from '../../src/checklist/redact.ts';

/** Samples show their secrets in «»: they go into `redact` without these, and must come out without what was in them. */
function sample(marked: string) {
  return {
    text: marked.replace(/[«»]/g, ''),
    redacted: marked.replace(/«[^»]*»/g, '[redacted]'),
    count: marked.split('«').length - 1,
  };
}

const jwt =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const session = 'IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDcanary+canary/canary==';
const token = 'jXYDCKPzTFcanary%2BQ8mc0w3%2FxyzBase64%3D%3D';

/** With `'`, which template strings of this file would make hard to read. */
const q = (text: string) => text.replaceAll('´', "'");

const documents: Record<string, string> = {
  'a curl command copied from Chrome': q(String.raw`curl ´https://saas.example.com/register´ \
  -H ´accept: text/html,application/xhtml+xml´ \
  -H ´authorization: Bearer «${jwt}»´ \
  -H ´cookie: «session=canary; theme="dark"; prefs={"a":1}»´ \
  -b ´«sid=canary; other=more canary»´ \
  -H ´user-agent: Mozilla/5.0 (X11; Linux x86_64)´ \
  --data-raw ´x-amzn-marketplace-token=«${token}»&company=Acme+Inc.´ \
  --compressed`),

  'a curl command copied from Chrome with escapes': q(
    String.raw`curl ´https://saas.example.com/´ -H $´cookie: «name=O\´Neil; canary=canary»´ -b $´«a=it\u0027s; canary=1»´ --data-raw $´------Web\r\nContent-Disposition: form-data; name="x-amzn-marketplace-token"\r\n\r\n«canary+/==»\r\n------Web\r\nContent-Disposition: form-data; name="company"\r\n\r\nAcme\r\n------Web--\r\n´`,
  ),

  'a curl command for the command line of Windows': String.raw`curl ^"https://saas.example.com/^" ^
  -H ^"accept: */*^" ^
  -H ^"cookie: «a=^\^"canary^\^"; b=canary»^" ^
  --data-raw ^"x-amzn-marketplace-token=«canary123»^&company=Acme^"`,

  'a curl command by hand': `curl -v --cookie "«id=canary»" -u me -b cookies.txt -H "Authorization: Basic «dXNlcjpjYW5hcnk=»" https://saas.example.com`,

  'a cookie jar, as curl and wget write it': `# Netscape HTTP Cookie File
.saas.example.com\tTRUE\t/\tTRUE\t1793000000\tsid\t«canary»
#HttpOnly_saas.example.com\tFALSE\t/app\tTRUE\t0\tremember me\t«canary canary»
.saas.example.com\tTRUE\t/\tTRUE\t0\tquoted\t"«canary12345»"
`,

  'access keys, as the console exports them and as people write them down': `Access key ID,Secret access key
«AKIAIOSFODNN7EXAMPLE»,«wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»
User name,Password,Access key ID,Secret access key,Console login link
aiko,,«AKIAIOSFODNN7EXAMPLE»,«wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»,https://111122223333.signin.aws.amazon.com/console
«AKIAIOSFODNN7EXAMPLE»:«wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY», "«ASIAIOSFODNN7EXAMPLE»" "«wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»"
«AKIAIOSFODNN7EXAMPLE»\t«wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY» 0123456789012345678901234567890123456789`,

  'passwords in addresses': `GET https://aiko:«canary!»@saas.example.com/register and "amqp://:«canary»@127.0.0.1:5672/x"
of http://127.0.0.1:8080/a:b@c, http://localhost:8080?email=a@b.com, https://me:«pa:canary»@host and ssh://git@example.com:22/x and https://\${USER}:\${PASSWORD}@saas.example.com`,

  'what curl -v shows': `> GET /me HTTP/2
> Host: saas.example.com
> Cookie: «sid=canary; b="canary, too"»
> Authorization: Basic «dXNlcjpjYW5hcnk=»
>
06:25:24 DEBUG sent Cookie: «sid="canary"; b=canary»
< HTTP/2 200
< set-cookie: «sid=canary2; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT; HttpOnly»
< content-type: text/html`,

  'a request copied from a browser for PowerShell': `$session.Cookies.Add((New-Object System.Net.Cookie("sid", "«canary=»", "/", "saas.example.com")))
Invoke-WebRequest -Headers @{
"authorization"="Bearer «${jwt}»"
  "accept"="*/*"
}`,

  'a request copied from a browser as fetch': `fetch("https://saas.example.com/me", {
  "headers": {
    "authorization": "Bearer «canary»",
    "cookie": "«sid=canary; theme=dark»",
    "x-requested-with": "XMLHttpRequest"
  },
  "body": "x-amzn-marketplace-token=«${token}»&company=Acme",
  "method": "POST"
});`,

  'an access log of nginx': `203.0.113.7 - - [12/May/2026:06:25:24 +0000] "GET /register?x-amzn-marketplace-token=«${token}»&lang=en HTTP/1.1" 302 0 "https://aws.amazon.com/marketplace/saas/ordering?productId=prod-abc" "curl/8.0"
203.0.113.7 - - [12/May/2026:06:25:25 +0000] "GET /login?next=%2Fregister%3Fx%2Damzn%2Dmarketplace%2Dtoken%3D«abc%2Bcanary»%26lang%3Den HTTP/1.1" 200 512 "-" cookie="«sid=canary; b=c»" rt=0.012
203.0.113.7 - - [12/May/2026:06:25:26 +0000] "GET /?X-AMZN-MARKETPLACE-TOKEN=«canary»#top HTTP/1.1" 200`,

  'a log of JSON lines': String.raw`{"level":"info","msg":"got {\"cookie\": \"«a=canary; b=\\\"canary\\\"»\", \"host\":\"x\"}","account":"123456789012"}
{"level":"info","msg":"POST /register body=x-amzn-marketplace-token=«canary123»","product":"prod-abcdefghijkl2"}
{"level":"debug","raw":"GET / HTTP/1.1\r\nHost: x\r\nCookie: «a=canary; b=\"c\"»\r\nAuthorization: Basic «Y2FuYXJ5Og==»\r\nAccept: */*\r\n\r\n"}
{"level":"debug","msg":"sent Cookie: «a=canary; b=d»","agreement":"agmt-1234567890abcdef"}
{"level":"warn","msg":"no x-amzn-marketplace-token:","status":400}
{"level":"info","msg":"auth Bearer «canary-canary-canary-0123»\nnext","ok":true}`,

  'JSON as .NET, Go and Gson write it': String.raw`{"Body":"{\u0022RegistrationToken\u0022:\u0022«canary123»\u0022,\u0022Other\u0022:1}"}
{"body":"x-amzn-marketplace-token=«canary123»\u0026company=Acme"}
{"body":"x-amzn-marketplace-token\u003d«canary123»\u0026company\u003dAcme"}
{"Header":{"Cookie":["«a=canary»","«b=canary»"],"Authorization":["Bearer «canary»"],"Accept":["*/*"]}}`,

  'headers of JSON as names and values': `[
  {"name": "Cookie", "value": "«a=canary; b=c»"},
  {"value": "«a=canary; b=c»", "name": "set-cookie"},
  {"key": "x-amzn-marketplace-token", "value": "«canary»", "type": "text"},
  {"value": "«Basic Y2FuYXJ5»", "enabled": true, "name": "Authorization"},
  {"name": "accept", "value": "text/html"}
]`,

  'names and values of JSON in JSON': String.raw`{"event":"{\"headers\":[{\"name\":\"cookie\",\"value\":\"«a=canary»\"},{\"value\":\"«canary\\\"canary»\",\"name\":\"x-amzn-marketplace-token\"},{\"name\":\"host\",\"value\":\"x\"}]}"}`,

  'an event of API Gateway': `{"version":"2.0","cookies":["«a=canary»","«b=canary»"],"headers":{"host":"x","authorization":"«canary-0123456789»"},"body":"eC1hbXpu"}`,

  'an object of cookies': `req.cookies { }
cookies: { sid: '«canary»', 'connect.sid': '«s:canary»' }, host: 'x'
"cookies":{"sid":"«canary»","theme":"«dark»"},"host":"x"`,

  'a file of aws configure': `[default]
aws_access_key_id = «AKIAIOSFODNN7EXAMPLE»
aws_secret_access_key = «${secretKey}»
aws_session_token =
region = us-east-1

[seller]
aws_access_key_id=«ASIAIOSFODNN7EXAMPLE»
AWS_SECRET_ACCESS_KEY=«${secretKey}»
aws_session_token=«${session}»
role_arn = arn:aws:iam::123456789012:role/seller`,

  'what aws configure asks': `AWS Access Key ID [****************MPLE]: «AKIAIOSFODNN7EXAMPLE»
AWS Secret Access Key [****************EKEY]: «${secretKey}»
Default region name [us-east-1]:`,

  'a shell with keys': `export AWS_ACCESS_KEY_ID="«ASIAIOSFODNN7EXAMPLE»"
export AWS_SECRET_ACCESS_KEY='«${secretKey}»'
$Env:AWS_SESSION_TOKEN="«${session}»"
setx AWS_SESSION_TOKEN «${session}»
aws configure set aws_secret_access_key «${secretKey}» --profile seller
aws configure set profile.seller.aws_session_token «canary»
echo AWS_SESSION_TOKEN=$AWS_SESSION_TOKEN`,

  'an answer of STS': `{
  "Credentials": {
    "AccessKeyId": "«ASIAIOSFODNN7EXAMPLE»",
    "SecretAccessKey": "«${secretKey}»",
    "SessionToken": "«${session}»",
    "Expiration": "2026-05-12T07:00:00Z"
  },
  "Account": "123456789012"
}`,

  'an answer of STS in XML': `<Credentials><AccessKeyId>«ASIAIOSFODNN7EXAMPLE»</AccessKeyId><SecretAccessKey>«${secretKey}»</SecretAccessKey><SessionToken>«${session}»</SessionToken></Credentials>`,

  'an answer of the instance metadata': `{"Type":"AWS-HMAC","AccessKeyId":"«ASIAIOSFODNN7EXAMPLE»","Token":"«${session}»"}`,

  'a signed URL': `https://x.s3.amazonaws.com/a.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=«ASIAIOSFODNN7EXAMPLE%2F20260512%2Fus-east-1%2Fs3%2Faws4_request»&X-Amz-Date=20260512T062524Z&X-Amz-Security-Token=«${encodeURIComponent(session)}»&X-Amz-SignedHeaders=host%3Bx-amz-security-token&X-Amz-Signature=«0123abc»&x-id=GetObject`,

  'a debug log of ResolveCustomer': q(
    `2026-05-12 06:25:24 botocore.endpoint [DEBUG] Making request for OperationModel(name=ResolveCustomer) with params: {´url_path´: ´/´, ´headers´: {´X-Amz-Target´: ´AWSMPMeteringService.ResolveCustomer´, ´X-Amz-Security-Token´: b´«${session}»´}, ´body´: ´{"RegistrationToken": "«canary+/=»"}´}
2026-05-12 06:25:24 botocore.auth [DEBUG] CanonicalRequest:
host:metering.marketplace.us-east-1.amazonaws.com
x-amz-security-token:«${session}»

host;x-amz-date;x-amz-security-token
b"Authorization": b"AWS4-HMAC-SHA256 Credential=«ASIAIOSFODNN7EXAMPLE/20260512/us-east-1/aws-marketplace/aws4_request», SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=«fe5f80f77d5fa3beca038a248ff027d0»"
aws meteringmarketplace resolve-customer --registration-token «canary» --region us-east-1
aws meteringmarketplace resolve-customer --registration-token='«can ary»' --region us-east-1
ResolveCustomer { RegistrationToken: '«canary»' } -> { CustomerIdentifier: 'AbCdEfGhIjK', ProductCode: '9abcdefgh0123', CustomerAWSAccountId: '123456789012' }`,
  ),

  'a multipart form': [
    'POST /register HTTP/1.1',
    'Content-Type: multipart/form-data; boundary=X',
    '',
    '--X',
    'Content-Disposition: form-data; name="x-amzn-marketplace-token"',
    '',
    '«canary+/=="»',
    '--X',
    'Content-Disposition: form-data; name="company"',
    'Content-Type: text/plain',
    '',
    'Acme',
    '--X',
    'Content-Disposition: form-data; name="X-Amzn-Marketplace-Token"',
    'Content-Type: text/plain',
    '',
    '«canary two»',
    '--X--',
  ].join('\r\n'),

  'the page of a registration form': `<form method="post" action="/register">
<label for="x-amzn-marketplace-token">Token</label>
<input type="hidden" name="x-amzn-marketplace-token" value="«canary&amp;canary»">
<input value="«canary»" class="a b" required
  type="hidden" name='x-amzn-marketplace-token' />
<input name=x-amzn-marketplace-token value=«canary==»>
<input value=«canary» name=x-amzn-marketplace-token>
<input type="text" name="company" value="Acme">
<script>var s = {&quot;RegistrationToken&quot;:&quot;«canary»&quot;,&quot;a&quot;:1}</script>
</form>`,

  'dumps of forms in other languages': q(`{"x-amzn-marketplace-token"=>"«canary»", "company"=>"Acme"}
{´x-amzn-marketplace-token´: [´«canary»´], ´company´: [´Acme´]}
map[company:[Acme] x-amzn-marketplace-token:[«canary»]]
{x-amzn-marketplace-token=«canary», company=Acme}
array(1) { ["x-amzn-marketplace-token"]=>
  string(6) "«canary»"
}
    [x-amzn-marketplace-token] => «canary»
x-amzn-marketplace-token: «canary»
request.form[´x-amzn-marketplace-token´] = ´«canary»´`),

  'other Authorization headers': `Authorization: Digest «username="me", realm="x", response="canary"»
Proxy-Authorization: Basic «Y2FuYXJ5Og==»
authorization: ApiKey «canary»
Authorization: «canary-0123456789»
WWW-Authenticate: Bearer realm="example", error="invalid_token", resource_metadata="https://saas.example.com"`,

  'JSON with a cookie that has no name': `{"cookie": "«canary»", "HTTP_COOKIE": "«canary»", "Set-Cookie" : "«canary»", "host": "x"}`,

  'JSON with a command cut off': `{"command":"curl -H 'cookie: «a=canary»","note":"it's kept","status":200}`,

  'an answer of OAuth': `{"access_token":"«canary»","token_type":"Bearer","expires_in":3600,"refresh_token":"«canary»","id_token":"«${jwt}»"}`,
};

test.each(Object.entries(documents))('%s loses its secrets and nothing else, once and for all', (_, marked) => {
  const { text, redacted, count } = sample(marked);
  expect(redact(text)).toEqual({ text: redacted, count });
  expect(redact(redacted)).toEqual({ text: redacted, count: 0 });
});

// Nobody has carets in JSON.
const inJson = Object.entries(documents).filter(([, marked]) => !marked.includes('^"'));
test.each(inJson)('%s loses its secrets in a string of JSON, and in JSON in that', (_, marked) => {
  const { text, count } = sample(marked);
  for (const wrap of [(x: string) => x, (x: string) => JSON.stringify({ inner: x })]) {
    const result = redact(JSON.stringify({ log: wrap(text), after: 'kept' }));
    expect(JSON.parse(result.text)).toMatchObject({ log: expect.any(String), after: 'kept' });
    expect(result.text).not.toMatch(/canary|EXAMPLEKEY|dozjgNry/);
    expect(result.count).toBeGreaterThanOrEqual(Math.min(count, 1));
  }
});

test.each([
  'the bearer of this letter; Bearer authentication is required; bearer tokens',
  'cookie banner is shown',
  'Cookie consent: yes. A cookie: the browser keeps it.',
  'Click "Accept cookies", then the cookie: "Accept all" button.',
  '{"cookieConsent":"yes","cookiePolicy":"https://example.com/cookies"}',
  'curl -b cookies.txt -c cookies.txt https://saas.example.com',
  'git checkout -b feature',
  'account 123456789012, product code 9abcdefgh0123, prod-abcdefghijkl2, agmt-1234567890abcdef, offer-abc123',
  'arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/SaaSProduct/prod-abcdefghijkl2',
  'AKIA is how a key begins; AKIAIOSFODNN7 is too short for one',
  'https://aws.amazon.com/marketplace/pp/prodview-abc123?ref=x&token=1',
  'The form field x-amzn-marketplace-token is missing from the POST.',
  'x-amzn-marketplace-token: it was not in the form',
  '{"error":"no x-amzn-marketplace-token:","status":400,"RegistrationToken":null,"SessionToken":5}',
  '{"RegistrationToken":"undefined"} x-amzn-marketplace-token=null&a=b RegistrationToken=',
  '<input type="hidden" name="x-amzn-marketplace-token" value=""><input name="company" value="Acme">',
  '<label for="x-amzn-marketplace-token">Token</label>',
  'InvalidTokenException: Registration token is invalid',
  'ExpiredTokenException: The security token included in the request is expired',
  'if (sessionToken === undefined || registrationToken == null) return',
  `aws_session_token = $\{TOKEN}`,
  'Authorization: required. Authorization: see the docs. {"authorization":"NONE"}',
  '{"NextToken":"abcdefghijklmnop","ClientToken":"123"}',
])('%s is innocent', (text) => {
  expect(redact(text)).toEqual({ text, count: 0 });
});

test('a name and a value that a replacement brings together are not left for a second time', () => {
  const { text, count } = redact('AKIAIOSFODNN7EXAMPLE--cookie a=canary');
  expect({ text, count }).toEqual({ text: '[redacted]--cookie [redacted]', count: 2 });
});

test('what a header carries is taken out wherever an answer repeats it, with its scheme and without', () => {
  const known = secretsIn({ accept: 'application/json', authorization: 'Bearer k7e8y9zzzz', 'x-key': 'q1w2e3r4' });
  const answer = {
    reason: 'the plan "k7e8y9zzzz"',
    values: { seen: ['q1w2e3r4', 'Bearer k7e8y9zzzz', 'application/json'] },
  };
  expect(redactAll(answer, known)).toEqual({
    reason: 'the plan "[redacted]"',
    values: { seen: ['[redacted]', '[redacted]', 'application/json'] },
  });
});

test.each([
  `Registration token: «${token}»`,
  `registration token «${token}»`,
  `The marketplace token was «${token}», and it failed.`,
  `x-amzn-marketplace-token\n«${token}»`,
  `aws_secret_key=«${secretKey}1»`,
  `AWS secret key: «${secretKey}»`,
  `| aws_secret_access_key | «${secretKey}» |`,
  `AccessKeyId «AKIAIOSFODNN7EXAMPLE» SecretAccessKey «${secretKey}»`,
  `«AKIAIOSFODNN7EXAMPLE» / «${secretKey}»`,
  `«AKIAIOSFODNN7EXAMPLE» and «${secretKey}»`,
  `CREDENTIALS\t«ASIAIOSFODNN7EXAMPLE»\t2026-11-28T10:00:00+00:00\t«${secretKey}»`,
  `{"cookies":[{"name":"sid","value":"«s3cret-canary»","domain":"acme.example","path":"/"}]}`,
  'my cookie is «sid=canary12; csrf=canary»',
  'cookie=«sid=abcdef123»',
  `bearer token: «${token}»`,
  `Bearer: «${token}»`,
  `Bearer\n«${token}»`,
])('a secret as people write it down is replaced: %s', (marked) => {
  const { text, redacted } = sample(marked);
  expect(redact(text).text).toBe(redacted);
});

test.each([
  'The registration token is invalid, expired or unknown.',
  'The session token included in the request is expired',
  'Set up the cookie banner; the cookie is httpOnly.',
  'It lacks a secret access key.',
  'The bearer token must come first.',
])('words about a secret stay: %s', (text) => {
  expect(redact(text)).toEqual({ text, count: 0 });
});

test('an escaped quote after a cookie keeps its backslash, so that JSON stays JSON', () => {
  const log = JSON.stringify({ log: 'my cookie=sid=canary12;"', after: 'kept' });
  expect(JSON.parse(redact(log).text)).toEqual({ log: 'my cookie=[redacted]"', after: 'kept' });
});
