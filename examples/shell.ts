// A shell in a box of its own: the only processes there are its own, and the machine is called box.
// `echo 'ps ax' | node dist/examples/shell.js` works as well as a terminal.
import { Mount, Namespace } from 'linux-namespaces';

const box = Namespace.compose(
  Namespace.user(), // root inside, you outside
  Namespace.pid({ init: true }), // PID 1 is our init: it reaps what the shell leaves behind
  Namespace.mount([Mount.proc(), Mount.tmpfs('/tmp')]),
  Namespace.uts({ hostname: 'box' }),
  Namespace.ipc(),
  Namespace.network(), // with nothing in it but lo
);

// +m: no job control, since the terminal's process groups are numbers of the world outside.
const shell = box.spawn('sh', ['+m'], {
  stdio: 'inherit',
  env: { ...process.env, PS1: 'box# ' },
  cwd: '/', // where we are now may lie beneath the new /tmp
});

// Ctrl-C goes to every process of the terminal's foreground group; we are one of them, and stay.
process.on('SIGINT', () => {});

shell.on('spawn', () => {
  if (process.stdin.isTTY)
    console.log('A shell in a box of its own; leave it with "exit" or Ctrl-D.');
});
shell.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
// The box ends as the shell ended, as with any other shell.
shell.on('exit', (code, signal) => {
  process.exitCode = code ?? 1;
  if (signal !== null) console.error(`the shell was ended by ${signal}`);
});
