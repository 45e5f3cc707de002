// Checks what a newcomer does first: `npm start` in an empty clone, here from a subfolder and with
// a file of its own. It must find the file without a warning and leave the tree unchanged. After it
// another script must install what it needs itself.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const clone = mkdtempSync(join(tmpdir(), 'dht-first-run-'))

/** @param {string} cwd @param {string} command @returns {string} all that it printed */
function run(cwd, command) {
  const { status, stdout, stderr } = spawnSync(command, { cwd, shell: true, encoding: 'utf8' })
  const printed = `${stdout}${stderr}`
  if (status !== 0) throw new Error(`${command}: exit status ${status}\n${printed}`)
  return printed
}

try {
  run(root, `git clone -q . "${clone}"`)
  const printed = run(join(clone, 'docs'), 'npm start -- glossary.md')
  if (/warn|unsupported/i.test(printed)) throw new Error(`warnings\n${printed}`)
  if (!/glossary\.md,.*verified {2}✓ SHA-256/s.test(printed)) throw new Error(printed)
  const changed = run(clone, 'git status --short')
  if (changed !== '') throw new Error(`left behind\n${changed}`)
  const scenarios = run(clone, 'npm run sim -- list')
  if (!scenarios.includes('reinstatement')) throw new Error(scenarios)
} finally {
  rmSync(clone, { recursive: true, force: true })
}
