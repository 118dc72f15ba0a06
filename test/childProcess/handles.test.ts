import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { closing, fixture, forEachSubject, temporaryFolder } from './fixtures/helpers';

forEachSubject(({ fork }) => {
  const file = temporaryFolder();

  async function end(child: ChildProcess): Promise<void> {
    const closed = closing(child);
    child.kill();
    await closed;
  }

  test.each(['json', 'advanced'] as const)('a server, %s: the child answers', async (mode) => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = fork(fixture('handles.js'), [], { serialization: mode });
    child.send('server', server);
    expect((await once(child, 'message'))[0]).toBe('listening');
    // Closed here, the address now belongs to the child alone.
    server.close();
    expect(await text(connect(port, '127.0.0.1'))).toBe('answered by the child');
    await end(child);
  });

  test.each([
    ['tcp', (): number => 0],
    ['unix', (): string => file('socket')],
  ] as const)('a socket of %s: the child writes to it', async (_kind, where) => {
    const server = createServer({ pauseOnConnect: true });
    const path = where();
    server.listen(path);
    await once(server, 'listening');
    const address = server.address() as AddressInfo | string;
    const client = typeof address === 'string' ? connect(address) : connect(address.port);
    const [socket] = (await once(server, 'connection')) as [Socket];
    const child = fork(fixture('handles.js'));
    const answer = text(client);
    child.send('socket', socket);
    expect(await answer).toBe('written by the child');
    server.close();
    await end(child);
  });

  test('a datagram socket', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    const child = fork(fixture('handles.js'));
    child.send('datagram', socket);
    expect((await once(child, 'message'))[0]).toBe('bound');
    socket.close();
    const client = createSocket('udp4');
    client.send('hello', port, '127.0.0.1');
    expect(String((await once(client, 'message'))[0])).toBe('child got hello');
    client.close();
    await end(child);
  });

  test('several handles, one after the other, with the messages between them in order', async () => {
    const server = createServer({ pauseOnConnect: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = fork(fixture('handles.js'));
    const answers = [];
    for (let i = 0; i < 5; i += 1) {
      const client = connect(port, '127.0.0.1');
      const [socket] = (await once(server, 'connection')) as [Socket];
      answers.push(text(client));
      child.send('socket', socket);
      child.send('nothing');
    }
    expect(await Promise.all(answers)).toEqual(new Array(5).fill('written by the child'));
    server.close();
    await end(child);
  });
});
