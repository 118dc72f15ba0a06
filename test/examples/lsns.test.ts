import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../lib/index';
import { outputOf, runExample } from './support';

describe('lsns', () => {
  test('has a row for each namespace, with what a handle says', async () => {
    const [head = '', ...rows] = (await outputOf('lsns')).trimEnd().split('\n');
    expect(head.trim().split(/ +/)).toEqual([
      ...['NS', 'TYPE', 'NPROCS', 'PID', 'UID', 'OWNER', 'ID'],
      ...['COMMAND', 'OR', 'PIN'],
    ]);
    for (const type of ['mount', 'user', 'uts'] as const) {
      using own = Namespace.current(type);
      const row = rows.find((line) => line.startsWith(`${own.inode} ${type} `));
      expect(row).toMatch(new RegExp(` ${own.id} +\\S`));
    }
  });

  test('with --tree, who is inside whom', async () => {
    const { code, stdout, stderr } = await runExample('lsns', { args: ['--tree'] });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    using user = Namespace.current('user');
    using pid = Namespace.current('pid');
    expect(stdout).toMatch(new RegExp(`user ${user.id} \\(\\d+ processes`));
    expect(stdout).toMatch(new RegExp(`pid ${pid.id} \\(\\d+ processes`));
  });
});
