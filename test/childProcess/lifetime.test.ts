import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import {
  closing,
  ending,
  fixture,
  forEachSubject,
  type HostOptions,
  host as nodeHost,
  present,
} from './fixtures/helpers';

forEachSubject((subject) => {
  const { spawn } = subject;
  const host = (code: string, options?: HostOptions) => nodeHost(subject, code, options);

  test('a running child keeps its parent alive', async () => {
    const code = `
      const child = spawn('cat', [], { stdio: 'inherit' });
      process.on('exit', () => console.log('exit code', child.exitCode));`;
    const parent = host(code);
    present(parent.stdin).end('said by the child\n');
    expect(await ending(parent)).toMatchObject({
      code: 0,
      stdout: 'said by the child\nexit code 0\n',
    });
  });

  test('unref lets the parent end while the child runs', async () => {
    // Only a detached child may outlive its parent with us; it ends with the pipe that it reads.
    const code = `
      const child = spawn('cat', [], { stdio: ['inherit', 'ignore', 'ignore'], detached: true });
      child.unref();
      process.on('exit', () => console.log(child.exitCode, child.signalCode));`;
    const parent = host(code);
    expect(await ending(parent)).toMatchObject({ code: 0, stdout: 'null null\n', stderr: '' });
  });

  test('a detached child lives on when its parent has ended', async () => {
    const code = `
      spawn('cat', [], { stdio: [3, 1, 'ignore'], detached: true }).on('spawn', () => process.exit(7))`;
    const parent = host(code, { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
    expect(await once(parent, 'exit')).toEqual([7, null]);
    const ended = ending(parent);
    (present(parent.stdio[3]) as Writable).end('said to the child alone');
    expect(await ended).toMatchObject({ code: 7, stdout: 'said to the child alone' });
  });

  test('ref takes unref back', async () => {
    const code = `
      const child = spawn('cat', [], { stdio: 'inherit' });
      child.unref();
      child.ref();
      process.on('exit', () => console.log('exit code', child.exitCode));`;
    const parent = host(code);
    present(parent.stdin).end();
    expect(await ending(parent)).toMatchObject({ stdout: 'exit code 0\n' });
  });

  test('ref and unref after the end are nothing', async () => {
    const child = spawn('true');
    await closing(child);
    expect(child.ref()).toBeUndefined();
    expect(child.unref()).toBeUndefined();
  });

  test('the pipes of a child that was unrefd still keep the parent alive', async () => {
    const code = `
      const child = spawn('cat');
      child.unref();
      child.stdin.end('through');
      child.stdout.pipe(process.stdout);`;
    expect(await ending(host(code))).toMatchObject({ code: 0, stdout: 'through' });
  });

  test('child and channel, both unrefd', async () => {
    const code = `
      const child = fork(${JSON.stringify(fixture('echo.js'))});
      child.on('message', (message) => {
        console.log(message);
        child.unref();
        child.channel.unref();
      });
      child.send('once');
      process.on('exit', () => console.log(child.exitCode, child.connected));`;
    expect(await ending(host(code))).toMatchObject({ code: 0, stdout: 'once\nnull true\n' });
  });

  test('a parent with nothing left to wait for ends', async () => {
    const code = `
      let left = 20;
      for (let i = 0; i < 20; i += 1) {
        spawn('true').on('close', () => { left -= 1; });
        spawn('/no/such/command').on('error', () => {});
      }
      process.on('exit', () => console.log(left));`;
    expect(await ending(host(code))).toMatchObject({ code: 0, stdout: '0\n', stderr: '' });
  });

  test('200 children at once, each with its own end', async () => {
    const children = Array.from({ length: 200 }, (_, i) =>
      spawn('sh', ['-c', `echo ${i}; exit ${i}`]),
    );
    const ends = await Promise.all(children.map(ending));
    expect(ends.map(({ code, stdout }) => [code, stdout])).toEqual(
      ends.map((_, i) => [i, `${i}\n`]),
    );
    expect(new Set(children.map(({ pid }) => pid)).size).toBe(200);
  });

  test('children of a Worker thread', async () => {
    const code = `
      const { Worker } = require('node:worker_threads');
      const inside = \`
        ready(() => {
          const child = spawn('sh', ['-c', 'cat; exit 4']);
          child.stdin.end('in a thread');
          child.stdout.on('data', (data) => console.log(String(data)));
          child.on('close', (code) => console.log(code));
        });\`;
      new Worker(inside, { eval: true });`;
    expect(await ending(host(code))).toMatchObject({
      code: 0,
      stdout: 'in a thread\n4\n',
      stderr: '',
    });
  });

  test('children that nobody keeps are still seen to their end', async () => {
    const code = `
      let ended = 0;
      const start = () => spawn('true', { stdio: 'ignore' }).on('exit', () => { ended += 1; });
      for (let i = 0; i < 20; i += 1) start();
      gc();
      process.on('exit', () => console.log(ended));`;
    const parent = host(code, { flags: ['--expose-gc'] });
    expect(await ending(parent)).toMatchObject({ code: 0, stdout: '20\n' });
  });
});
