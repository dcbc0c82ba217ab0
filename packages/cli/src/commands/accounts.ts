import { randomBytes } from 'node:crypto';
import { type Schemas, unwrap } from '@vitrine/client';
import { VitrineError } from '@vitrine/models/errors';
import type { Command } from 'commander';
import { type CommonOptions, over, withCommon } from '../command.js';
import type { Connection } from '../connection.js';
import { whole } from '../input.js';
import { print, printTable } from '../output.js';

type User = Schemas['User'];

/** All accounts, or those with some words in their email or name. */
async function allUsers({ client }: Connection, q?: string): Promise<User[]> {
  const users: User[] = [];
  for (let page = 1; ; page++) {
    const query = { page, limit: 200, ...(q === undefined ? {} : { q }) };
    const { items, total } = unwrap(await client.GET('/api/v1/users', { params: { query } }));
    users.push(...items);
    if (items.length === 0 || users.length >= total) return users;
  }
}

async function userWith(connection: Connection, email: string): Promise<User> {
  const same = (other: string) => other.toLowerCase() === email.toLowerCase();
  const user = (await allUsers(connection, email)).find((candidate) => same(candidate.email));
  if (!user) throw new VitrineError('user.unknown', `There is no account ${email}.`);
  return user;
}

async function createUser(
  email: string,
  options: CommonOptions & { role: User['role']; name?: string; password?: string },
): Promise<void> {
  const password = options.password ?? randomBytes(12).toString('base64url');
  const user = await over(options, async ({ client }) =>
    unwrap(
      await client.POST('/api/v1/users', {
        body: { email, role: options.role, name: options.name ?? email.split('@')[0] ?? email, password },
      }),
    ),
  );
  print(options.json, options.password ? user : { ...user, password }, () =>
    console.log(`${user.email} is ${user.role}.${options.password ? '' : ` Password, shown once: ${password}`}`),
  );
}

async function updateUser(
  email: string,
  options: CommonOptions & { role?: User['role']; password?: string; disable?: boolean; enable?: boolean },
): Promise<void> {
  const user = await over(options, async (connection) => {
    const { id } = await userWith(connection, email);
    const body = {
      ...(options.role ? { role: options.role } : {}),
      ...(options.password ? { password: options.password } : {}),
      ...(options.disable || options.enable ? { disabled: options.disable === true } : {}),
    };
    return unwrap(await connection.client.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body }));
  });
  print(options.json, user, () => console.log(`${user.email} is ${user.disabled ? 'disabled' : user.role}.`));
}

/** `vitrine users list | create | update | delete` and `vitrine keys list | create | revoke`. */
export function accountCommands(program: Command): void {
  const users = program.command('users').description('accounts and roles');
  withCommon(users.command('list').description('all accounts')).action(async (options: CommonOptions) => {
    const all = await over(options, (connection) => allUsers(connection));
    print(options.json, all, () =>
      printTable(
        ['email', 'name', 'role', 'created', 'last seen'],
        all.map((user) => [
          user.email,
          user.name,
          user.disabled ? 'disabled' : user.role,
          user.createdAt,
          user.lastSeenAt,
        ]),
      ),
    );
  });
  withCommon(users.command('create').description('add an account'))
    .argument('<email>')
    .option('--role <role>', 'seller, engineer or admin', 'seller')
    .option('--name <name>')
    .option('--password <password>', 'at least 10 characters (default: one is made and shown once)')
    .action(createUser);
  withCommon(users.command('update').description('change role or password, disable'))
    .argument('<email>')
    .option('--role <role>')
    .option('--password <password>')
    .option('--disable')
    .option('--enable')
    .action(updateUser);
  withCommon(users.command('delete').description('delete an account'))
    .argument('<email>')
    .action(async (email: string, options: CommonOptions) => {
      await over(options, async (connection) => {
        const { id } = await userWith(connection, email);
        unwrap(await connection.client.DELETE('/api/v1/users/{id}', { params: { path: { id } } }));
      });
      print(options.json, { deleted: email }, () => console.log(`Deleted ${email}.`));
    });
  keyCommands(program.command('keys').description('API keys'));
}

interface KeyOptions extends CommonOptions {
  user: string;
}

function keyCommands(keys: Command): void {
  const ofUser = (command: Command) =>
    withCommon(command).requiredOption('--user <email>', 'whose: a key acts as its account');
  ofUser(keys.command('list').description('an account’s API keys')).action(async (options: KeyOptions) => {
    const query = { user: options.user };
    const list = await over(options, async ({ client }) =>
      unwrap(await client.GET('/api/v1/keys', { params: { query } })),
    );
    print(options.json, list, () =>
      printTable(
        ['name', 'starts with', 'scopes', 'created', 'last used', 'id'],
        list.map((key) => [key.name, key.prefix, key.scopes.join(' '), key.createdAt, key.lastUsedAt, key.id]),
      ),
    );
  });
  ofUser(keys.command('create').description('make a key; its secret is shown once'))
    .argument('<name>')
    .option('--scopes <scopes>', 'predict, catalogue, train, admin; comma-separated', 'predict')
    .option('--days <n>', 'expires after so many days')
    .action(async (name: string, options: KeyOptions & { scopes: string; days?: string }) => {
      const scopes = options.scopes.split(',') as Schemas['ApiKey']['scopes'];
      const body = { name, scopes, ...(options.days ? { expiresInDays: whole('--days', options.days, 1, 3650) } : {}) };
      const query = { user: options.user };
      const key = await over(options, async ({ client }) =>
        unwrap(await client.POST('/api/v1/keys', { params: { query }, body })),
      );
      print(options.json, key, () => console.log(`${key.secret}\nKeep it: it is not shown again.`));
    });
  ofUser(keys.command('revoke').description('revoke a key'))
    .argument('<id>')
    .action(async (id: string, options: KeyOptions) => {
      const params = { path: { id }, query: { user: options.user } };
      await over(options, async ({ client }) => unwrap(await client.DELETE('/api/v1/keys/{id}', { params })));
      print(options.json, { revoked: id }, () => console.log(`Revoked ${id}.`));
    });
}
