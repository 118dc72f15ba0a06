import { expect, test } from '@jest/globals';
import { ending, forEachSubject, host } from './fixtures/helpers';

forEachSubject((subject) => {
  test('what a listener throws is an uncaught exception', async () => {
    const code = `
      process.on('uncaughtException', (error, origin) => console.log(error.message, origin));
      const fail = (child, event) => child.on(event, () => { throw new Error(event); });
      fail(spawn('true'), 'spawn');
      fail(spawn('true'), 'exit');
      fail(spawn('true'), 'close');
      fail(spawn('/no/such/command'), 'error');`;
    const { stdout, ...rest } = await ending(host(subject, code));
    expect(stdout.trim().split('\n').sort()).toEqual([
      'close uncaughtException',
      'error uncaughtException',
      'exit uncaughtException',
      'spawn uncaughtException',
    ]);
    expect(rest).toMatchObject({ code: 0, stderr: '' });
  });

  test('an exception that nobody catches ends the parent', async () => {
    const code = `spawn('true').on('exit', () => { throw new Error('thrown at exit'); })`;
    const { code: status, stderr } = await ending(host(subject, code));
    expect(status).toBe(1);
    expect(stderr).toContain('Error: thrown at exit');
  });

  test('an error event that nobody listens to is an uncaught exception', async () => {
    const parent = host(subject, `spawn('/no/such/command'); process.stdin.resume()`);
    const { code, stderr } = await ending(parent);
    expect(code).toBe(1);
    expect(stderr).toContain('spawn /no/such/command ENOENT');
  });

  test('a promise that is rejected in a listener is an unhandled rejection', async () => {
    const code = `
      process.on('unhandledRejection', (error) => console.log(error.message));
      spawn('true').on('exit', async () => { throw new Error('rejected'); });`;
    expect(await ending(host(subject, code))).toMatchObject({ code: 0, stdout: 'rejected\n' });
  });
});
