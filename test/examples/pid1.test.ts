import { readlinkSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { facts, outputOf } from './support';

describe('pid1', () => {
  let output = '';
  beforeAll(async () => {
    output = await outputOf('pid1');
  });

  const where = (word: string) =>
    new RegExp(
      `^ +${word}: +I am (?<pid>\\d+) in (?<own>\\S+), .* will be in (?<children>.+)$`,
      'm',
    );

  test('the caller of unshare is not moved: its number and its namespace stay, its children go elsewhere', () => {
    const here = readlinkSync('/proc/self/ns/pid');
    const before = facts(output, where('before'));
    const after = facts(output, where('after'));
    const now = facts(output, where('now'));
    expect(before).toMatchObject({ own: here, children: here });
    expect([after.pid, now.pid]).toEqual([before.pid, before.pid]);
    expect([after.own, now.own]).toEqual([here, here]);
    expect(after.children).toBe('a namespace without any process yet');
    expect(now.children).toMatch(/^pid:\[\d+\]$/);
    expect(now.children).not.toBe(here);
  });

  const child = (name: string) =>
    facts(
      output,
      new RegExp(
        `the ${name} child +says "I am (?<inside>\\d+)"\\n +we call it (?<outside>\\d+); NSpid: (?<all>.+)$`,
        'm',
      ),
    );

  test('the first child is PID 1 for itself and another number for the parent, and NSpid says both', () => {
    const first = child('first');
    const second = child('second');
    expect([first.inside, second.inside]).toEqual(['1', '2']);
    expect(first.outside).not.toBe('1');
    expect(second.outside).not.toBe(first.outside);
    for (const { all, outside, inside } of [first, second]) {
      expect(all).toMatch(new RegExp(`\\b${outside} ${inside}$`));
    }
  });

  test('the end of PID 1 ends the other, and no child can follow', () => {
    expect(output).toMatch(/which we killed: +ended by SIGKILL$/m);
    expect(output).toMatch(/which nobody killed: +ended by SIGKILL$/m);
    expect(output).toMatch(/one more child: spawn ENOMEM$/m);
  });

  test('a composition does the same for a child of a process that can start more', () => {
    expect(output).toMatch(/^ +PID 1 on box$/m);
  });
});
