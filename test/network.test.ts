import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../lib/index';
import { permitted, scriptInside, shell } from './support/script';

const interfaces = "sed -n 's/^ *\\([^ ]*\\):.*/\\1/p' /proc/net/dev";

/** Connects to a port of 127.0.0.1 and prints how that ended. */
const connect = (port: number) => `
  const socket = require('node:net').connect(${port}, '127.0.0.1');
  socket.on('connect', () => { console.log('connected'); socket.destroy(); });
  socket.on('error', (error) => console.log(error.code));`;

test('there is one interface, lo', async () => {
  expect(await shell(permitted(Namespace.network()), interfaces)).toBe('lo');
  expect(await shell(permitted(Namespace.network({ loopback: false })), interfaces)).toBe('lo');
});

describe('loopback', () => {
  const talk = `
    const { createServer, connect } = require('node:net');
    const addresses = require('node:os').networkInterfaces().lo ?? [];
    console.log(addresses.map(({ cidr }) => cidr).sort().join(' '));
    const server = createServer((socket) => socket.end('hello'));
    await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
    const socket = connect(server.address().port, '127.0.0.1');
    socket.pipe(process.stdout);
    socket.on('error', (error) => console.log(error.code));
    socket.on('close', () => server.close());`;

  test('is up by default: one can talk to oneself', async () => {
    const said = await scriptInside(permitted(Namespace.network()), talk);
    expect(said).toMatch(/^127\.0\.0\.1\/8.*\nhello$/);
    expect(await scriptInside(permitted(Namespace.network({ loopback: true })), talk)).toBe(said);
  });

  test('false: it is down, as the kernel made it', async () => {
    const box = permitted(Namespace.network({ loopback: false }));
    expect(await scriptInside(box, connect(9))).toBe('ENETUNREACH\n');
  });
});

describe('the network outside', () => {
  test('its ports are not there, and are free', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    expect(await scriptInside(Namespace.none, connect(port))).toBe('connected\n');
    expect(await scriptInside(permitted(Namespace.network()), connect(port))).toBe(
      'ECONNREFUSED\n',
    );
    const listen = `
      const server = require('node:net').createServer();
      server.listen(${port}, '127.0.0.1', () => { console.log('listening'); server.close(); });`;
    expect(await scriptInside(permitted(Namespace.network()), listen)).toBe('listening\n');
    server.close();
  });

  test('nor are its abstract sockets', async () => {
    const name = `\0lns-test-${process.pid}`;
    const server = createServer().listen(name);
    await once(server, 'listening');
    const code = `
      const socket = require('node:net').connect(${JSON.stringify(name)});
      socket.on('connect', () => { console.log('connected'); socket.destroy(); });
      socket.on('error', (error) => console.log(error.code));`;
    expect(await scriptInside(Namespace.none, code)).toBe('connected\n');
    expect(await scriptInside(permitted(Namespace.network()), code)).toBe('ECONNREFUSED\n');
    server.close();
  });
});
