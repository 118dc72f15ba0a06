import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { outputOf } from './support';

describe('volumes', () => {
  let output = '';
  beforeAll(async () => {
    output = await outputOf('volumes');
  });

  test('the child sees both folders, and may write to one of them', () => {
    expect(output).toContain('  /srv/greeting says: hello from outside\n');
    expect(output).toContain('  /mnt is writable\n');
    expect(output).toContain('  /srv is read-only\n');
  });

  test("the kernel's own list has the options that the volumes have", () => {
    const optionsOf = (target: string) =>
      new RegExp(`^ +${target} (\\S+)$`, 'm').exec(output)?.[1]?.split(',');
    expect(optionsOf('/srv')).toEqual(expect.arrayContaining(['ro', 'nosuid', 'nodev']));
    expect(optionsOf('/mnt')).toContain('rw');
  });

  test('outside, what was written is in the folder, and no mount is', () => {
    expect(output).toContain('  the folder of /mnt has: note\n');
    expect(output).toContain('  the folder of /srv has: greeting\n');
    expect(output).toContain('  our own mounts are as they were\n');
    expect(existsSync('/mnt/note') || existsSync('/srv/note')).toBe(false);
  });
});
