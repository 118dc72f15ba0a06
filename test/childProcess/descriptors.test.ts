import { once } from 'node:events';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { ending, forEachSubject, host, present, temporaryFolder } from './fixtures/helpers';

forEachSubject((subject) => {
  const { spawn } = subject;
  const file = temporaryFolder();

  test('ignore is /dev/null, and no stream', async () => {
    const child = spawn('sh', ['-c', 'readlink /proc/self/fd/0 /proc/self/fd/2'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(child.stdin).toBeNull();
    expect(child.stderr).toBeNull();
    expect(child.stdio[0]).toBeNull();
    expect(await ending(child)).toMatchObject({ stdout: '/dev/null\n/dev/null\n' });
  });

  test('stdio: ignore as a whole', async () => {
    const child = spawn('sh', ['-c', 'echo nowhere; exit 3'], { stdio: 'ignore' });
    expect(child.stdio).toEqual([null, null, null]);
    expect(await once(child, 'close')).toEqual([3, null]);
  });

  test('null and undefined are pipes below 3 and nothing above', async () => {
    const script = '[ -e /proc/self/fd/3 ] || [ -e /proc/self/fd/4 ] || echo none';
    const child = spawn('sh', ['-c', script], {
      stdio: [null, undefined, 'pipe', null, undefined],
    });
    expect(child.stdio.map((stream) => stream === null)).toEqual([false, false, false, true, true]);
    expect(await ending(child)).toMatchObject({ stdout: 'none\n' });
  });

  test('inherit gives the child the streams of its parent', async () => {
    const parent = host(subject, `spawn('sh', ['-c', 'cat; echo err >&2'], { stdio: 'inherit' })`);
    present(parent.stdin).end('from outside');
    expect(await ending(parent)).toMatchObject({
      code: 0,
      stdout: 'from outside',
      stderr: 'err\n',
    });
  });

  test('the streams of the process itself', async () => {
    const parent = host(
      subject,
      `spawn('sh', ['-c', 'cat; echo err >&2'], { stdio: [process.stdin, process.stdout, process.stderr] })`,
    );
    present(parent.stdin).end('as streams');
    expect(await ending(parent)).toMatchObject({ stdout: 'as streams', stderr: 'err\n' });
  });

  test('descriptors that change places do not overwrite each other', async () => {
    const parent = host(
      subject,
      `spawn('sh', ['-c', 'echo out; echo err >&2; cat <&3 >&4'], { stdio: ['ignore', 2, 1, 0, 1] })`,
    );
    present(parent.stdin).end('in\n');
    expect(await ending(parent)).toMatchObject({
      code: 0,
      stdout: 'err\nin\n',
      stderr: 'out\n',
    });
  });

  test('numbers: files for stdin and stdout, which stay open here', async () => {
    writeFileSync(file('in'), 'content');
    const input = openSync(file('in'), 'r');
    const output = openSync(file('out'), 'w');
    const child = spawn('cat', [], { stdio: [input, output, output] });
    expect(await once(child, 'close')).toEqual([0, null]);
    writeSync(output, ' and more');
    closeSync(input);
    closeSync(output);
    expect(readFileSync(file('out'), 'utf8')).toBe('content and more');
  });

  test('fs streams', async () => {
    writeFileSync(file('in'), 'streamed');
    const input = createReadStream(file('in'));
    const output = createWriteStream(file('out'));
    await Promise.all([once(input, 'open'), once(output, 'open')]);
    const child = spawn('cat', [], { stdio: [input, output, 'inherit'] });
    expect(await once(child, 'close')).toEqual([0, null]);
    input.destroy();
    output.end();
    await once(output, 'close');
    expect(readFileSync(file('out'), 'utf8')).toBe('streamed');
  });

  test('more pipes, in both directions', async () => {
    const child = spawn('sh', ['-c', 'cat <&3 >&4; echo five >&5; echo back >&3'], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe', 'pipe'],
    });
    const [three, four, five] = (child.stdio as unknown[]).slice(3) as Duplex[];
    const read = Promise.all([three, four, five].map((stream) => text(present(stream))));
    present(three).end('in by three');
    expect(await read).toEqual(['back\n', 'in by three', 'five\n']);
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test('a file at 3, nothing at 4, a pipe at 20', async () => {
    writeFileSync(file('extra'), 'extra');
    const extra = openSync(file('extra'), 'r');
    const stdio: ('ignore' | 'pipe' | number)[] = new Array(21).fill('ignore');
    stdio[1] = 'pipe';
    stdio[3] = extra;
    stdio[20] = 'pipe';
    const code = `
      const fs = require('node:fs');
      fs.writeSync(20, fs.readFileSync(3));
      console.log(fs.existsSync('/proc/self/fd/20'));`;
    // Node takes descriptor 4 for itself, so the hole is looked at by a shell.
    const script = '[ -e /proc/self/fd/4 ] || echo hole; exec "$0" -e "$1"';
    const child = spawn('sh', ['-c', script, process.execPath, code], { stdio });
    const out = text((child.stdio as unknown[])[20] as Duplex);
    expect(await ending(child)).toMatchObject({ code: 0, stdout: 'hole\ntrue\n' });
    expect(await out).toBe('extra');
    closeSync(extra);
  });

  test('files that are open in the parent are not open in the child', async () => {
    const many = Array.from({ length: 200 }, () => openSync('/dev/null', 'r'));
    const { stdout } = await ending(spawn('ls', ['/proc/self/fd']));
    for (const descriptor of many) closeSync(descriptor);
    const inside = new Set(stdout.trim().split('\n').map(Number));
    expect([...inside]).toEqual(expect.arrayContaining([0, 1, 2]));
    // ls has 3 for itself: the folder that it reads.
    expect(many.filter((descriptor) => descriptor > 3 && inside.has(descriptor))).toEqual([]);
  });
});
