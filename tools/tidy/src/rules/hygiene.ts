// Refuses paths of one machine, and addresses of a registry in the lockfile.
import type { Finding, Rule } from '../project.ts'

const MACHINE_PATH = /(?:^|[\s'"`(=:])\/(?:work|root|home|Users|tmp|private|mnt)\/[\w.-]/
const LOCKFILE_ADDRESS = /tarball:|https?:\/\//

function* linesMatching(path: string, text: string, pattern: RegExp): Generator<Finding> {
  for (const [index, line] of text.split('\n').entries()) {
    const found = pattern.exec(line)
    if (found !== null) yield { path, line: index + 1, what: found[0].trim() }
  }
}

export const hygiene: Rule = {
  name: 'hygiene',
  why: 'the repository is the same on every machine',
  *check(project) {
    for (const { path, text } of project.texts) {
      yield* linesMatching(path, text, MACHINE_PATH)
      if (path === 'pnpm-lock.yaml') {
        const binding = text.replace(/^\s+deprecated:.*$/gm, '')
        yield* linesMatching(path, binding, LOCKFILE_ADDRESS)
      }
    }
  },
}
