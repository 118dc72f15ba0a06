// A list of volumes as compose files have them, mounted into a child, and nowhere else.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Mount, Namespace } from 'linux-namespaces';

interface Volume {
  readonly type: 'none';
  /** Options of mount(8), parted by commas. */
  readonly o: string;
  /** A folder of the machine. */
  readonly device: string;
  /** Where the child sees it; a folder that is there. */
  readonly target: string;
}

// What the words in `o` mean to Mount.bind.
const words: Readonly<Record<string, Parameters<typeof Mount.bind>[2]>> = {
  bind: { recursive: false },
  rbind: { recursive: true },
  ro: { readonly: true },
  rw: { readonly: false },
  nosuid: { nosuid: true },
  nodev: { nodev: true },
  noexec: { noexec: true },
};

function toMount({ device, o, target }: Volume): Mount {
  const options = o.split(',').map((word) => {
    if (words[word] === undefined)
      throw new RangeError(`${target}: "${word}" is no option of a volume`);
    return words[word];
  });
  return Mount.bind(device, target, Object.assign({}, ...options));
}

const script = `
  echo "/srv/greeting says: $(cat /srv/greeting)"
  echo "written inside" > /mnt/note && echo "/mnt is writable"
  (echo "written inside" > /srv/note) 2>/dev/null || echo "/srv is read-only"
  grep -E ' /(mnt|srv) ' /proc/self/mountinfo | cut -d ' ' -f 5,6
`;

async function main(folder: string): Promise<void> {
  const data = mkdtempSync(join(folder, 'data-'));
  const config = mkdtempSync(join(folder, 'config-'));
  writeFileSync(join(config, 'greeting'), 'hello from outside');
  const volumes: Volume[] = [
    { type: 'none', o: 'bind', device: data, target: '/mnt' },
    { type: 'none', o: 'bind,ro,nosuid,nodev', device: config, target: '/srv' },
  ];
  const mountsHere = () => readFileSync('/proc/self/mountinfo', 'utf8');
  const before = mountsHere();

  const box = Namespace.compose(Namespace.user(), Namespace.mount(volumes.map(toMount)));
  const { stdout } = await box.run('sh', ['-c', script]);
  console.log('inside:');
  console.log(stdout.trim().replace(/^/gm, '  '));
  console.log('outside:');
  console.log(`  the folder of /mnt has: ${readdirSync(data).join(', ')}`);
  console.log(`  the folder of /srv has: ${readdirSync(config).join(', ')}`);
  console.log(`  our own mounts are ${mountsHere() === before ? 'as they were' : 'others now'}`);
}

const folder = mkdtempSync(join(tmpdir(), 'lns-volumes-'));
void main(folder).finally(() => rmSync(folder, { recursive: true }));
