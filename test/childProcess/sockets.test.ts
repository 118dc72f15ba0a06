import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { ending, forEachSubject, present, temporaryFolder } from './fixtures/helpers';

const O_NONBLOCK = 0o4000;

function flags(fdinfo: string): number {
  return Number.parseInt(present(/^flags:\s*([0-7]+)/m.exec(fdinfo)?.[1]), 8);
}

/** Node does not tell the number of a socket's descriptor in public. */
function descriptor(socket: Socket): number {
  return (socket as unknown as { _handle: { fd: number } })._handle.fd;
}

forEachSubject(({ spawn }) => {
  const file = temporaryFolder();

  async function pair(where: string | number): Promise<[Socket, Socket]> {
    const server = createServer();
    server.listen(where);
    await once(server, 'listening');
    const address = server.address();
    const client =
      typeof address === 'object' && address !== null
        ? connect(address.port, '127.0.0.1')
        : connect(String(address));
    const [connection] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
    server.close();
    return [client, connection[0] as Socket];
  }

  test.each([
    ['unix', (): string => file('socket')],
    ['tcp', (): number => 0],
  ] as const)('a %s socket as stdin and stdout', async (_kind, where) => {
    const [mine, peer] = await pair(where());
    const child = spawn('cat', [], { stdio: [mine, mine, 'inherit'] });
    expect(child.stdin).toBeNull();
    expect(child.stdout).toBeNull();
    const echoed = text(peer);
    peer.end('over a socket');
    expect(await once(child, 'close')).toEqual([0, null]);
    mine.destroy();
    expect(await echoed).toBe('over a socket');
  });

  test('a socket that Node made nonblocking is blocking in the child', async () => {
    const [mine, peer] = await pair(file('blocking'));
    const before = flags(readFileSync(`/proc/self/fdinfo/${descriptor(mine)}`, 'utf8'));
    expect(before & O_NONBLOCK).toBe(O_NONBLOCK);
    const child = spawn('cat', ['/proc/self/fdinfo/0'], { stdio: [mine, 'pipe', 'inherit'] });
    const { stdout } = await ending(child);
    mine.destroy();
    peer.destroy();
    expect(flags(stdout) & O_NONBLOCK).toBe(0);
  });

  test.each([0, 1, 2, 3])(
    'the pipe made for descriptor %i is blocking in the child',
    async (fd) => {
      const script = `cat /proc/self/fdinfo/9 9<&${fd} >&2`;
      const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
      const { stderr } = await ending(child);
      expect(flags(stderr) & O_NONBLOCK).toBe(0);
    },
  );
});
