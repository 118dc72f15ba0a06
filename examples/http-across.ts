// One Node process in two private networks: it serves HTTP in both, and calls from each into the other. Run it as anybody.
import { once } from 'node:events';
import { Agent, createServer, get, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { Namespace, type NamespaceHandle } from 'linux-namespaces';

type Network = NamespaceHandle<'network'>;

// A cable between both, set up by ip(8) in `red`. The other network is named by a process in it.
async function connectNetworks(
  user: NamespaceHandle<'user'>,
  red: Network,
  blue: Network,
): Promise<void> {
  const inRed = Namespace.compose(user, red);
  const inBlue = Namespace.compose(user, blue);
  const holder = inBlue.spawn('cat', { stdio: ['pipe', 'ignore', 'inherit'] });
  await once(holder, 'spawn');
  await ip(inRed, `link add red0 type veth peer name blue0 netns ${holder.pid}`);
  holder.stdin?.end();
  await ip(inRed, 'addr add 10.0.0.1/24 dev red0');
  await ip(inRed, 'link set red0 up');
  await ip(inBlue, 'addr add 10.0.0.2/24 dev blue0');
  await ip(inBlue, 'link set blue0 up');
}

async function ip(box: Namespace, command: string): Promise<void> {
  const { exitCode, stderr } = await box.run('ip', command.split(' '));
  if (exitCode !== 0) throw new Error(`ip ${command}: ${stderr}`);
}

async function serve(network: Network, name: string): Promise<Server> {
  const server = createServer((request, response) => {
    response.end(`${name} greets ${request.socket.remoteAddress}`);
  });
  server.listen(await network.listen({ port: 80, host: '0.0.0.0' }));
  await once(server, 'listening');
  return server;
}

// Whoever uses this agent calls from that network.
function agentOf(network: Network): Agent {
  const agent = new Agent();
  return Object.assign(agent, {
    createConnection: (
      options: Parameters<Network['connect']>[0],
      done: (...result: unknown[]) => void,
    ) => {
      network.connect(options).then((socket) => done(null, socket), done);
    },
  });
}

async function call(network: Network, host: string): Promise<string> {
  const [response] = await once(get({ host, agent: agentOf(network) }), 'response');
  return text(response);
}

async function main(): Promise<void> {
  await using lab = await Namespace.create(Namespace.user(), Namespace.network());
  const user = lab.get('user');
  await using other = await Namespace.create(user, Namespace.network());
  const [red, blue] = [lab.get('network'), other.get('network')];
  await connectNetworks(user, red, blue);

  const servers = [await serve(red, 'red'), await serve(blue, 'blue')];
  console.log(`from red:  ${await call(red, '10.0.0.2')}`);
  console.log(`from blue: ${await call(blue, '10.0.0.1')}`);
  for (const server of servers) server.close();
}

void main();
