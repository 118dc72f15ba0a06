// The package where it cannot work: importing it does, using it is one clear error.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { run, temporaryFolder } from '../hazards/fixtures/programs';

const file = temporaryFolder();
const root = join(__dirname, '..', '..');

/** What a program says of each use of the package. */
async function uses(packageFolder: string, before = ''): Promise<unknown[]> {
  const code = `
    ${before}
    const { Namespace, Mount } = require(${JSON.stringify(packageFolder)});
    const raw = require(${JSON.stringify(join(packageFolder, 'dist/lib/syscall.js'))});
    const box = Namespace.compose(Namespace.pid(), Namespace.mount([Mount.proc()]), Namespace.uts({ hostname: 'x' }));
    const told = ({ name, code, step, hint }) => ({ name, code, step, hint });
    const attempts = [
      () => Namespace.none.spawn('true'),
      () => box.run('true'),
      () => box.fork('x.js'),
      () => Namespace.probe(),
      () => raw.unshare(raw.constants.CLONE_NEWUTS),
      () => raw.clone({ file: 'true' }),
    ];
    (async () => {
      const said = [typeof box.explain()];
      for (const attempt of attempts) {
        try {
          await attempt();
          said.push('it worked');
        } catch (error) {
          said.push(told(error));
        }
      }
      console.log(JSON.stringify(said));
    })();`;
  const { code: exit, stdout, stderr } = await run(process.execPath, ['-e', code]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return JSON.parse(stdout) as unknown[];
}

test('without the addon', async () => {
  const folder = file('package');
  mkdirSync(folder);
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  cpSync(join(root, 'dist', 'lib'), join(folder, 'dist', 'lib'), { recursive: true });
  const missing = {
    name: 'NamespaceError',
    code: 'ENOENT',
    step: 'load',
    hint: expect.stringContaining('npm run build'),
  };
  expect(await uses(folder)).toEqual(['string', ...new Array(6).fill(missing)]);
});

test('with an addon that is none', async () => {
  const folder = file('broken');
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  cpSync(join(root, 'dist', 'lib'), join(folder, 'dist', 'lib'), { recursive: true });
  mkdirSync(join(folder, 'build', 'Release'), { recursive: true });
  writeFileSync(join(folder, 'build', 'Release', 'linux_namespaces.node'), 'for another machine');
  const [explained, ...said] = await uses(folder);
  expect(explained).toBe('string');
  for (const error of said) expect(error).toEqual({ name: 'Error', code: 'ERR_DLOPEN_FAILED' });
});

test.each(['darwin', 'win32'])('on %s', async (platform) => {
  const pretend = `Object.defineProperty(process, 'platform', { value: '${platform}' });`;
  const refused = {
    name: 'NamespaceError',
    code: 'ENOSYS',
    step: 'load',
    hint: expect.stringContaining(platform),
  };
  expect(await uses(root, pretend)).toEqual(['string', ...new Array(6).fill(refused)]);
});
