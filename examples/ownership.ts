// Whose file is it? That depends on the id map through which one looks at it.
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IdMaps, Namespace, NamespaceError } from 'linux-namespaces';

const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const isRoot = own.uid === 0;
// Root may map whom it likes, and should not map itself: root inside would be root outside. Others may map themselves.
const outside = isRoot ? { uid: 100_000, gid: 100_000 } : own;

// A map of one id: `inside` in the namespace is `outside` of it.
function oneId(inside: number): IdMaps {
  return {
    uid: [{ inside, outside: outside.uid, length: 1 }],
    gid: [{ inside, outside: outside.gid, length: 1 }],
  };
}

// Runs a shell script in a user namespace; the files are its $1, $2.
async function inside(box: Namespace, script: string, ...files: string[]): Promise<string> {
  const { stdout } = await box.run('sh', ['-ec', script, 'sh', ...files]);
  return stdout.trim();
}

async function main(folder: string): Promise<void> {
  const file = join(folder, 'first');
  console.log(`outside we are uid ${own.uid}`);

  console.log(`map: 0 inside is ${outside.uid} outside`);
  const asZero = Namespace.user({ map: oneId(0) });
  const wrote =
    'echo "I am $(id -u)"; echo hello > "$1"; echo "my file belongs to $(stat -c %u "$1")"';
  console.log(`  inside:  ${(await inside(asZero, wrote, file)).replace('\n', ', and ')}`);
  console.log(`  outside: it belongs to ${statSync(file).uid}`);

  console.log(`map: 5 inside is ${outside.uid} outside`);
  const asFive = Namespace.user({ map: oneId(5) });
  const seen = 'echo "I am $(id -u)"; echo "the same file belongs to $(stat -c %u "$1")"';
  console.log(`  inside:  ${(await inside(asFive, seen, file)).replace('\n', ', and ')}`);

  const second = join(folder, 'second');
  const range = [{ inside: 0, outside: 200_000, length: 65_536 }];
  const map = isRoot ? { uid: range, gid: range } : ('auto' as const);
  console.log(
    `map: ${isRoot ? '0-65535 inside are 200000-265535 outside' : "'auto', from /etc/subuid"}`,
  );
  try {
    const asOne = Namespace.user({ map, uid: 1, gid: 1 });
    console.log(`  inside:  ${(await inside(asOne, wrote, second)).replace('\n', ', and ')}`);
    console.log(`  outside: it belongs to ${statSync(second).uid}`);
    const owner = await inside(asOne, 'stat -c %u "$1"', file);
    console.log(
      `  inside:  the first file belongs to ${owner}${owner === '65534' ? ', nobody' : ''}`,
    );
  } catch (error) {
    if (!(error instanceof NamespaceError)) throw error;
    console.log(`  left out: ${error.hint ?? error.message}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'lns-ownership-'));
chmodSync(folder, 0o1777); // everybody may write here, as in /tmp
void main(folder).finally(() => rmSync(folder, { recursive: true }));
