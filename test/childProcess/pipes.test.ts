import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from '@jest/globals';
import { ending, forEachSubject, present, record } from './fixtures/helpers';

forEachSubject(({ spawn }) => {
  test('three pipes are the default, also as child.stdio', async () => {
    const child = spawn('sh', ['-c', 'cat; echo problem >&2']);
    expect(child.stdio).toHaveLength(3);
    expect(child.stdio[0] === child.stdin).toBe(true);
    expect(child.stdio[1] === child.stdout).toBe(true);
    expect(child.stdio[2] === child.stderr).toBe(true);
    present(child.stdin).end('hello');
    expect(await ending(child)).toEqual({
      code: 0,
      signal: null,
      stdout: 'hello',
      stderr: 'problem\n',
    });
  });

  test('stdin only writes, stdout and stderr only read what the child says', async () => {
    const child = spawn('true');
    expect(child.stdin).toMatchObject({ writable: true });
    expect((child.stdin as Duplex | null)?.readable).toBe(false);
    expect(present(child.stdout).readable).toBe(true);
    expect(present(child.stderr).readable).toBe(true);
    await ending(child);
  });

  test.each(['pipe', 'overlapped'] as const)('stdio: %p', async (stdio) => {
    const child = spawn('cat', [], { stdio });
    present(child.stdin).end('through');
    expect(await ending(child)).toMatchObject({ code: 0, stdout: 'through' });
  });

  test('50 MB go in and come out, unchanged', async () => {
    const block = Buffer.alloc(1 << 20, 'not all the same, so that a swap of two parts shows; ');
    const sent = createHash('sha256');
    function* blocks() {
      for (let i = 0; i < 50; i += 1) {
        block.writeUInt32LE(i, i * 4);
        sent.update(block);
        yield Buffer.from(block);
      }
    }
    const got = createHash('sha256');
    let length = 0;
    const child = spawn('cat');
    present(child.stdout).on('data', (data: Buffer) => {
      got.update(data);
      length += data.length;
    });
    const closed = once(child, 'close');
    await pipeline(Readable.from(blocks()), present(child.stdin));
    expect(await closed).toEqual([0, null]);
    expect(length).toBe(50 << 20);
    expect(got.digest('hex')).toBe(sent.digest('hex'));
  });

  test('the end of stdin is seen by the child, which can still answer', async () => {
    const child = spawn('sh', ['-c', 'cat >/dev/null; echo done']);
    present(child.stdin).end('anything');
    expect(await ending(child)).toMatchObject({ code: 0, stdout: 'done\n' });
  });

  test('a child that closes its stdout can still read and use stderr', async () => {
    const child = spawn('sh', ['-c', 'exec >&-; cat >&2']);
    const events = record(child);
    const out = present(child.stdout);
    out.resume();
    await once(out, 'end');
    expect(events).not.toContain('exit');
    present(child.stdin).end('still here');
    expect(await ending(child)).toMatchObject({ code: 0, stderr: 'still here' });
  });

  test('writing to a stdin that the child has closed is EPIPE', async () => {
    // The fourth pipe keeps the child alive until the write has failed.
    const child = spawn('sh', ['-c', 'exec <&-; echo closed; read line <&3'], {
      stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    });
    const stdin = present(child.stdin);
    await once(present(child.stdout), 'data');
    const failed = once(stdin, 'error');
    stdin.write('nobody reads this');
    const [error] = await failed;
    expect(error).toMatchObject({ code: 'EPIPE', syscall: 'write' });
    const gate = present(child.stdio[3]) as NodeJS.WritableStream;
    gate.end('go on\n');
    expect(await ending(child)).toMatchObject({ code: 0 });
  });

  test('a child that writes to a closed pipe ends by SIGPIPE, which Node itself ignores', async () => {
    // Nothing may be written before the pipe is closed, or the child could see ECONNRESET.
    const child = spawn('sh', ['-c', 'read go; echo to nobody; exit 5']);
    const closed = once(child, 'close');
    const stdout = present(child.stdout);
    stdout.destroy();
    await once(stdout, 'close');
    present(child.stdin).end('go\n');
    expect(await closed).toEqual([null, 'SIGPIPE']);
  });

  test('the output of one child as the input of another, which alone reads it', async () => {
    const first = spawn('head', ['-c', '50000', '/dev/zero']);
    // The fourth pipe holds the second back until the first has ended.
    const second = spawn('sh', ['-c', 'read go <&3; wc -c'], {
      stdio: [first.stdout, 'pipe', 'inherit', 'pipe'],
    });
    await once(first, 'exit');
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    (present(second.stdio[3]) as Duplex).end('go\n');
    expect(await ending(second)).toMatchObject({ code: 0, stdout: '50000\n' });
  });

  test('what was written just before the end comes whole, and before close', async () => {
    const child = spawn('head', ['-c', '3000000', '/dev/zero']);
    const events = record(child);
    let length = 0;
    present(child.stdout).on('data', (data: Buffer) => {
      length += data.length;
      expect(events).not.toContain('close');
    });
    await once(child, 'close');
    expect(length).toBe(3_000_000);
  });

  test('output can still be read by who asks for it at exit', async () => {
    const child = spawn('sh', ['-c', 'echo late']);
    const parts: Buffer[] = [];
    child.on('exit', () => present(child.stdout).on('data', (data: Buffer) => parts.push(data)));
    await once(child, 'close');
    expect(Buffer.concat(parts).toString()).toBe('late\n');
  });

  test('output that nobody reads does not keep close away', async () => {
    const child = spawn('sh', ['-c', 'echo unread; echo unread >&2']);
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test('setEncoding gives whole characters', async () => {
    const child = spawn('cat');
    present(child.stdout).setEncoding('utf8');
    const word = 'é€😀'.repeat(20_000);
    present(child.stdin).end(word);
    expect(await ending(child)).toMatchObject({ stdout: word });
  });
});
