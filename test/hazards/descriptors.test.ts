// Descriptors: a child has what was asked for and nothing else, and a live child costs us two at most, and no thread.
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { Namespace } from '../../lib/index';
import { needs } from '../support/needs';
import { childrenOf, descriptors, until } from './fixtures/processes';
import {
  hasCompiler,
  isRoot,
  nudgeEnvironment,
  report,
  run,
  temporaryFolder,
} from './fixtures/programs';

const file = temporaryFolder();
const environment = nudgeEnvironment(file);
const init = Namespace.compose(Namespace.user(), Namespace.pid({ init: true }));

needs(hasCompiler, 'cc')(
  '200 planted descriptors reach a child of child_process, and none of ours',
  async () => {
    const { leaked, ...rest } = await report<{ leaked: number }>('planted.cjs', [], {
      env: environment(),
    });
    expect(leaked).toBeGreaterThan(200);
    expect(rest).toEqual({
      planted: 200,
      ours: [
        [0, 1, 2],
        [0, 1, 2],
        [0, 1, 2],
      ],
      asked: [0, 1, 2, 3, 4],
      ofInit: isRoot ? [0, 1] : [],
    });
  },
);

test('what is inherited as standard input, output or error blocks', async () => {
  const isNonblocking = (info: string) =>
    (Number.parseInt(/^flags:\s*(\d+)$/m.exec(info)?.[1] ?? '', 8) & 0o4000) !== 0;
  const path = file('socket');
  const client = run(process.execPath, [
    '-e',
    `require('net').connect(${JSON.stringify(path)}).resume()`,
  ]);
  const server = createServer();
  const socket = await new Promise<Socket>((resolve) =>
    server.on('connection', resolve).listen(path),
  );
  try {
    const { fd } = (socket as unknown as { _handle: { fd: number } })._handle;
    expect(isNonblocking(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))).toBe(true);
    const child = Namespace.none.spawn('cat', ['/proc/self/fdinfo/0'], {
      stdio: [fd, 'pipe', 'inherit'],
    });
    let info = '';
    for await (const chunk of child.stdout ?? []) info += chunk;
    expect(info).toContain('flags:');
    expect(isNonblocking(info)).toBe(false);
  } finally {
    socket.destroy();
    server.close();
    await client;
  }
});

test('500 live children: no thread, and two descriptors each at most', async () => {
  await init.run('true');
  const threads = () => readdirSync('/proc/self/task').length;
  const before = { threads: threads(), descriptors: descriptors().size };
  const children = Array.from({ length: 500 }, () =>
    init.spawn('sleep', ['600'], { stdio: 'ignore' }),
  );
  const ended = children.map(
    (child) =>
      new Promise((resolve) =>
        child.once('exit', (_code, signal) => resolve(signal)).once('error', resolve),
      ),
  );
  await Promise.all(
    children.map(
      (child) => new Promise((resolve) => child.once('spawn', resolve).once('error', resolve)),
    ),
  );
  const now = { threads: threads(), descriptors: descriptors().size };
  for (const child of children) child.kill('SIGKILL');
  expect(new Set(await Promise.all(ended))).toEqual(new Set(['SIGKILL']));
  expect(now.threads).toBeLessThanOrEqual(before.threads);
  expect(now.descriptors - before.descriptors).toBeLessThanOrEqual(1000);
  await until('all are closed', () => descriptors().size <= before.descriptors);
  expect(childrenOf(process.pid)).toEqual([]);
});

test('our own descriptors are close-on-exec', async () => {
  const before = new Set(descriptors().keys());
  const file = openSync('/dev/null', 'r');
  const child = init.spawn('sleep', ['600'], { stdio: ['pipe', 'pipe', 'pipe', file] });
  closeSync(file);
  const ended = new Promise((resolve) => child.once('close', resolve));
  await new Promise((resolve) => child.once('spawn', resolve));
  const open = [...descriptors()].filter(
    ([fd, link]) => !before.has(fd) || /memfd:lns|eventpoll|pidfd/.test(link),
  );
  for (const [fd, link] of open) {
    const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1');
    const flags = Number.parseInt(/^flags:\s*(\d+)$/m.exec(info)?.[1] ?? '', 8);
    expect({ link, isCloseOnExec: (flags & 0o2000000) !== 0 }).toEqual({
      link,
      isCloseOnExec: true,
    });
  }
  expect(open.length).toBeGreaterThan(3);
  child.kill('SIGKILL');
  await ended;
});
