import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent, createServer as createHttpServer, get } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Namespace, type NamespaceHandle, type NamespaceHandles } from '../lib/index';
import { withoutLeak } from './support/handles';
import { asOrdinaryUser, asRoot } from './support/needs';
import { rejection, scriptInside, temporaryFolder } from './support/script';

const file = temporaryFolder();
let made: NamespaceHandles<'user' | 'network'>;
let network: NamespaceHandle<'network'>;

beforeAll(async () => {
  made = await Namespace.create(Namespace.user(), Namespace.network());
  network = made.get('network');
});
afterAll(() => made.close());

/** A server in there that says what it was sent. */
async function echo(options: Parameters<typeof network.listen>[0]): Promise<Server> {
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(await network.listen(options));
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function said(socket: Socket, words: string): Promise<string> {
  socket.end(words);
  return text(socket);
}

describe('listen and connect', () => {
  test('a server of this process, there and nowhere else', async () => {
    const server = await echo({ port: 0, host: '127.0.0.1' });
    const port = portOf(server);
    expect(await said(await network.connect({ port, host: '127.0.0.1' }), 'hello')).toBe('hello');
    const [error] = await once(connect({ port, host: '127.0.0.1' }), 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    server.close();
  });

  test.each(['127.0.0.1', '::1', '0:0::1', '::ffff:127.0.0.1'])('to %s', async (host) => {
    const server = await echo({});
    expect(await said(await network.connect({ port: portOf(server), host }), 'x')).toBe('x');
    server.close();
  });

  test('a program in there hears the server', async () => {
    const server = await echo({ port: 0 });
    const code = `require('net').connect(${portOf(server)}, '127.0.0.1').end('in').pipe(process.stdout);`;
    expect(await scriptInside(made, code)).toBe('in');
    server.close();
  });

  test('ipv6Only leaves 0.0.0.0 to another', async () => {
    const one = await echo({ port: 0, ipv6Only: true });
    const other = await echo({ port: portOf(one), host: '0.0.0.0' });
    one.close();
    other.close();
  });

  test('reusePort: several on one port, if all say so', async () => {
    const one = await echo({ port: 0, reusePort: true });
    const other = await echo({ port: portOf(one), reusePort: true });
    one.close();
    other.close();
  });

  test('a unix path is one of this process, an abstract name is the namespace’s own', async () => {
    const byPath = await echo({ path: file('socket') });
    expect(await said(connect(file('socket')), 'path')).toBe('path');
    expect(await said(await network.connect({ path: file('socket') }), 'path')).toBe('path');
    byPath.close();
    const abstract = await echo({ path: '\0lns-test' });
    expect(await said(await network.connect({ path: '\0lns-test' }), 'name')).toBe('name');
    await using elsewhere = await Namespace.create(Namespace.user(), Namespace.network());
    expect(await rejection(elsewhere.get('network').connect({ path: '\0lns-test' }))).toMatchObject(
      { code: 'ECONNREFUSED', step: 'socket.open', path: '@lns-test' },
    );
    abstract.close();
  });

  test('megabytes both ways', async () => {
    const server = await echo({ port: 0 });
    const bytes = 'x'.repeat(5_000_000);
    const socket = await network.connect({ port: portOf(server), host: '127.0.0.1' });
    expect(await said(socket, bytes)).toHaveLength(bytes.length);
    server.close();
  });

  test('http with an agent that keeps its connection', async () => {
    const server = createHttpServer((request, response) => response.end(request.url));
    server.listen(await network.listen({ port: 0 }));
    await once(server, 'listening');
    let connections = 0;
    const agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), {
      createConnection: (options: object, done: (...result: unknown[]) => void) => {
        connections++;
        network.connect({ port: 0, ...options }).then((socket) => done(null, socket), done);
      },
    });
    for (const path of ['/a', '/b', '/c']) {
      const { port } = server.address() as AddressInfo;
      const [response] = await once(get({ host: '127.0.0.1', port, path, agent }), 'response');
      expect(await text(response)).toBe(path);
    }
    expect(connections).toBe(1);
    agent.destroy();
    server.close();
  });

  test('an abort, before and meanwhile', async () => {
    const connecting = (signal: AbortSignal) =>
      network.connect({ port: 9, host: '127.0.0.1', signal } as never);
    expect(await rejection(connecting(AbortSignal.abort()))).toMatchObject({ name: 'AbortError' });
    const controller = new AbortController();
    const pending = rejection(connecting(controller.signal));
    controller.abort();
    expect(['AbortError', 'Error']).toContain((await pending).name);
  });
});

describe('datagram', () => {
  test.each(['udp4', 'udp6'] as const)('%s, bound when it comes', async (type) => {
    const socket = await network.datagram(type);
    const { port } = socket.address();
    expect(port).toBeGreaterThan(0);
    socket.send('self', port, type === 'udp4' ? '127.0.0.1' : '::1');
    const [message] = await once(socket, 'message');
    expect(String(message)).toBe('self');
    socket.close();
  });

  test('is not heard outside', async () => {
    const inside = await network.datagram({ type: 'udp4', host: '127.0.0.1' });
    const outside = createSocket('udp4');
    outside.bind(inside.address().port, '127.0.0.1');
    await once(outside, 'listening');
    inside.close();
    outside.close();
  });
});

describe('nothing of this process moves', () => {
  const where = () =>
    readdirSync('/proc/self/task').map((task) => readlinkSync(`/proc/self/task/${task}/ns/net`));

  test('no thread is anywhere else afterwards, also when it fails', async () => {
    await readFile('/dev/null'); // the thread pool is there
    const here = readlinkSync('/proc/self/ns/net');
    for (let round = 0; round < 20; round++) closeSync((await network.listen({})).fd);
    await rejection(network.listen({ host: '192.0.2.1' }));
    await rejection(network.listen({ port: 80, host: '192.0.2.1' }));
    expect(new Set(where())).toEqual(new Set([here]));
  });

  test('no descriptor is left, also when it fails', async () => {
    await withoutLeak(async () => {
      for (let round = 0; round < 20; round++) closeSync((await network.listen({})).fd);
      await rejection(network.listen({ host: '192.0.2.1' }));
      await rejection(network.connect({ port: 9, host: '127.0.0.1' }));
      await network.interfaces();
    });
  });
});

describe('what goes wrong', () => {
  test('an address in use, and one that is not there', async () => {
    const server = await echo({ port: 0 });
    const port = portOf(server);
    expect(await rejection(network.listen({ port }))).toMatchObject({
      ...{ name: 'NamespaceError', code: 'EADDRINUSE', syscall: 'bind', step: 'socket.open' },
      ...{ path: `[::]:${port}`, hint: expect.stringContaining('another socket') },
    });
    expect(await rejection(network.listen({ port, host: '192.0.2.1' }))).toMatchObject({
      ...{ code: 'EADDRNOTAVAIL', path: `192.0.2.1:${port}` },
    });
    server.close();
  });

  test('nobody listens', async () => {
    expect(await rejection(network.connect({ port: 9, host: '127.0.0.1' }))).toMatchObject({
      ...{ code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port: 9 },
    });
  });

  test('a closed handle, and one of another type', async () => {
    const closed = Namespace.current('network');
    closed.close();
    expect(await rejection(closed.listen())).toMatchObject({ code: 'ERR_INVALID_STATE' });
    using uts = Namespace.current('uts');
    for (const attempt of [uts.listen(), uts.connect({ port: 1 }), uts.datagram('udp4')])
      expect(await rejection(attempt)).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['port', () => network.listen({ port: 65_536 }), 'ERR_OUT_OF_RANGE'],
    ['prot', () => network.listen({ prot: 1 } as never), 'ERR_INVALID_ARG_VALUE'],
    ['backlog', () => network.listen({ backlog: -1 }), 'ERR_OUT_OF_RANGE'],
    ['path', () => network.listen({ path: 'x'.repeat(108) }), 'ERR_OUT_OF_RANGE'],
    ['path', () => network.listen({ path: 5 } as never), 'ERR_INVALID_ARG_TYPE'],
    ['type', () => network.datagram({ type: 'tcp' } as never), 'ERR_INVALID_ARG_VALUE'],
    ['options', () => network.connect(undefined as never), 'ERR_INVALID_ARG_TYPE'],
  ])('a wrong %s is named', async (name, attempt, code) => {
    const error = await rejection(attempt());
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(name);
  });

  asOrdinaryUser('a network that is not ours: which right is missing, on what', async () => {
    using outside = Namespace.current('network');
    expect(await rejection(outside.listen())).toMatchObject({
      ...{ code: 'EPERM', syscall: 'setns', hint: expect.stringContaining('CAP_SYS_ADMIN') },
    });
  });

  asRoot('a low port is the right of who owns the network', async () => {
    const server = await echo({ port: 80 });
    server.close();
  });
});
