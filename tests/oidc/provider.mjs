// An identity provider for the tests: one client, any name may sign in, and names that begin with "unverified"
// have an e-mail address that nobody has checked.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [, , packages, port, callback] = process.argv;
const entry = createRequire(`${packages}/index.js`).resolve('oidc-provider');
const { Provider } = await import(pathToFileURL(entry));

const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'partnerlens',
      client_secret: 'a-secret-of-the-tests-and-of-nothing-else',
      redirect_uris: [callback],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  pkce: { required: () => true },
  cookies: { keys: ['only-for-tests'] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: id,
      email: `${id.replace('unverified-', '')}@example.com`,
      email_verified: !id.startsWith('unverified'),
    }),
  }),
});

createServer(provider.callback()).listen(Number(port), '127.0.0.1', () => console.log('ready'));
