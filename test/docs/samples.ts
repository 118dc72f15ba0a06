// The samples of code in the README, in docs/ and in the comments of lib/, with what stands around them.
import { files, text } from '../support/sources';

export interface Sample {
  /** `docs/running.md:12`, the line of its first line of code. */
  readonly name: string;
  readonly code: string;
  /** Why it is not to be run, or not by everybody: `<!-- sample: compile-only, REASON -->` before it. */
  readonly kind: 'run' | 'as root' | 'with ids' | 'compile-only';
  /** What its stdout must have: the comments behind `console.log`, and the block behind `<!-- output -->`. */
  readonly prints: readonly string[];
}

export const pages = ['README.md', 'CHANGELOG.md', ...files('docs', /\.md$/)];

// Comments of lib/ have no room for a note of ours.
const inComments: Record<string, Sample['kind']> = { 'lib/syscall.ts': 'as root' };

export function allSamples(): Sample[] {
  return [
    ...pages.flatMap((path) => samplesOf(path, text(path).split('\n'))),
    ...files('lib', /\.ts$/).flatMap(samplesInComments),
  ];
}

function samplesInComments(path: string): Sample[] {
  const lines = text(path)
    .split('\n')
    .map((line) => /^ *\* ?(.*)$/.exec(line)?.[1] ?? '');
  return samplesOf(path, lines).map((sample) => ({
    ...sample,
    kind: inComments[path] ?? sample.kind,
  }));
}

function samplesOf(path: string, lines: readonly string[]): Sample[] {
  return lines.flatMap((line, index) => {
    if (line.trim() !== '```ts') return [];
    const end = lines.indexOf('```', index);
    const code = lines.slice(index + 1, end);
    return {
      name: `${path}:${index + 2}`,
      code: code.join('\n'),
      kind: kindOf(lines[index - 1] ?? ''),
      prints: [...commentsBehindLogs(code), ...outputBlock(lines, end + 1)],
    };
  });
}

function kindOf(line: string): Sample['kind'] {
  const word = /^<!-- sample: (compile-only|as root|with ids), \S.*-->$/.exec(line)?.[1];
  return (word as Sample['kind'] | undefined) ?? 'run';
}

function commentsBehindLogs(code: readonly string[]): string[] {
  return code.flatMap((line) => /console\.log\(.*\); *\/\/ (.+)$/.exec(line)?.[1]?.trim() ?? []);
}

function outputBlock(lines: readonly string[], from: number): string[] {
  if (lines[from + 1] !== '<!-- output -->') return [];
  const end = lines.indexOf('```', from + 3);
  return [lines.slice(from + 3, end).join('\n')];
}
