import { expect, test } from '@jest/globals';
import { facts, outputOf } from './support';

test('two-views: one process with two numbers, two parents and two owners, in one namespace', async () => {
  const output = await outputOf('two-views');
  const row = (name: string, cell: string) =>
    facts(output, new RegExp(`^${name} +(?<inside>${cell}) {2,}(?<outside>${cell})$`, 'm'));

  const pid = row('Pid', '\\d+');
  const nspid = row('NSpid', '\\d+(?: \\d+)*');
  expect(row('Name', '\\S+')).toMatchObject({ inside: 'sh', outside: 'sh' });
  expect(pid.inside).toBe('1');
  expect(pid.outside).not.toBe('1');
  expect(nspid.inside).toBe('1');
  expect(nspid.outside).toMatch(new RegExp(`\\b${pid.outside} 1$`));

  const parent = row('PPid', '\\d+');
  expect(parent.inside).toBe('0');
  expect(Number(parent.outside)).toBeGreaterThan(0);

  const uid = row('Uid', '\\d+ \\d+ \\d+ \\d+');
  const own = process.getuid?.();
  expect(uid).toMatchObject({ inside: '0 0 0 0', outside: `${own} ${own} ${own} ${own}` });

  const namespace = row('namespace', 'pid:\\[\\d+\\]');
  expect(namespace.inside).toBe(namespace.outside);
});
