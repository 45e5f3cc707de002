// Reads the text files of the repository from disk. It doesn't use git, so a copy without history
// can be checked too.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', '.git', '.turbo', '.stryker-tmp'])
const SKIPPED_PATHS = new Set(['coverage', 'reports'])
const TEXT = /\.(tsx?|mjs|js|json|jsonc|ya?ml|md|html|css|svg)$|^(LICENSE|run|\.npmrc|\.git\w+)$/

/** Files that are only linked. */
const PICTURE = /\.(png|webp)$/

/** Path (with forward slashes, relative to `root`) to text; pictures are ''. */
export function readRepository(root: string, folder = ''): Record<string, string> {
  const files: Record<string, string> = {}
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    const isSkipped = SKIPPED_FOLDERS.has(entry.name) || SKIPPED_PATHS.has(path)
    if (entry.isDirectory() && !isSkipped) {
      Object.assign(files, readRepository(root, path))
    }
    if (entry.isFile() && PICTURE.test(entry.name)) files[path] = ''
    if (entry.isFile() && TEXT.test(entry.name))
      files[path] = readFileSync(join(root, path), 'utf8')
  }
  return files
}
