// pnpm notes after each installation what it has checked, also after one of some members only, and
// then takes everything for installed. Without the note the next script installs what is missing.
import { rmSync } from 'node:fs'
import { join } from 'node:path'

/** @param {string} root - folder of the workspace */
export function forgetFilter(root) {
  rmSync(join(root, 'node_modules/.pnpm-workspace-state-v1.json'), { force: true })
}
