// Publishes a packed model to a registry that runs only for this, installs it from there in an empty project, and embeds
// a photo with it: npm run try --prefix tools/registry -- PACKAGE-FOLDER PHOTO
// Needs `npm ci --prefix tools/registry` once. What the package depends on comes from npm's configured registry.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runServer } from 'verdaccio';

const run = promisify(execFile);
const from = process.env.INIT_CWD ?? process.cwd();
const [packed, photo] = process.argv.slice(2).map((path) => resolve(from, path));
if (!packed || !photo) throw new Error('Name the folder of a packed model, and a photo.');
const { name } = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8'));
const upstream = (await run('npm', ['config', 'get', 'registry'])).stdout.trim();

const folder = await mkdtemp(join(tmpdir(), 'vitrine-registry-'));
const registry = await runServer({
  storage: join(folder, 'storage'),
  configPath: join(folder, 'config.yaml'),
  self_path: folder,
  uplinks: { npm: { url: upstream } },
  packages: {
    [name]: { access: '$all', publish: '$anonymous' },
    '**': { access: '$all', proxy: 'npm' },
  },
  log: { type: 'stdout', format: 'pretty', level: 'error' },
});
try {
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address();
  const address = `http://127.0.0.1:${port}/`;
  const project = join(folder, 'project');
  await mkdir(project);
  // npm wants to see a token even where anyone may publish.
  await writeFile(join(folder, '.npmrc'), `registry=${address}\n//127.0.0.1:${port}/:_authToken=anyone\n`);
  await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }');
  const npm = (words, cwd) => run('npm', [...words, '--userconfig', join(folder, '.npmrc')], { cwd });

  await npm(['publish', packed, '--ignore-scripts'], folder);
  await npm(['install', name, '--ignore-scripts', '--no-audit', '--no-fund'], project);
  const use = `import { embed } from '${name}'; const vector = await embed(process.argv[1]); console.log(vector.length);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', use, photo], { cwd: project });
  const { version } = JSON.parse(await readFile(join(project, 'node_modules', name, 'package.json'), 'utf8'));
  console.log(`${name}@${version} was published, installed and gave a vector of ${stdout.trim()} numbers.`);
} finally {
  registry.close();
  registry.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
}
