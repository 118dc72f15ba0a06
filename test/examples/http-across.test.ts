import { existsSync } from 'node:fs';
import { expect } from '@jest/globals';
import { needs } from '../support/needs';
import { outputOf } from './support';

const hasIp = ['/sbin/ip', '/usr/sbin/ip', '/bin/ip', '/usr/bin/ip'].some(existsSync);

needs(hasIp, 'ip(8)')('http-across: each network hears the other, by its address', async () => {
  expect(await outputOf('http-across')).toBe(
    'from red:  blue greets 10.0.0.1\nfrom blue: red greets 10.0.0.2\n',
  );
});
