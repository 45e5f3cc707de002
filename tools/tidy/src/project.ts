// The repository as plain data. Rules never read the disk, so a test can give each rule a small
// invented repository and see what it refuses.
import { type Node, parse } from './ast.ts'

export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly type?: string
  readonly license?: string
  readonly sideEffects?: boolean
  readonly description?: string
  readonly files?: readonly string[]
  readonly engines?: { readonly node?: string }
  readonly keywords?: readonly string[]
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean }
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** A workspace member: its folder (no slash at the end; `''` is the root) and its package.json. */
export interface Member {
  readonly folder: string
  readonly manifest: Manifest
}

/** A TypeScript module. `path` is relative to the repository, with forward slashes. */
export interface Module {
  readonly path: string
  readonly text: string
  readonly program: Node
}

export interface Project {
  readonly members: readonly Member[]
  readonly modules: readonly Module[]
  /** Every text file that is kept under version control, modules included. */
  readonly texts: readonly { readonly path: string; readonly text: string }[]
}

/** Something a rule refuses: where, what, and (from the rule) why. */
export interface Finding {
  readonly path: string
  readonly line?: number
  readonly what: string
}

export interface Rule {
  readonly name: string
  /** The reason, printed with every finding. */
  readonly why: string
  check(project: Project): Iterable<Finding>
}

/** Reads the text of a repository into the form the rules look at. */
export function projectOf(files: Readonly<Record<string, string>>): Project {
  const texts = Object.entries(files).map(([path, text]) => ({ path, text }))
  return {
    texts,
    members: texts
      .filter(({ path }) => /(^|\/)package\.json$/.test(path))
      .map(({ path, text }) => ({
        folder: path.replace(/\/?package\.json$/, ''),
        manifest: JSON.parse(text) as Manifest,
      })),
    modules: texts
      .filter(({ path }) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
      .map(({ path, text }) => ({ path, text, program: parse(path, text) })),
  }
}

/** The line, counted from 1, on which a position of a text lies. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}

/** The workspace member that a path belongs to: the deepest whose folder contains it. */
export function memberOf(project: Project, path: string): Member | undefined {
  const holders = project.members.filter(
    ({ folder }) => folder === '' || path.startsWith(`${folder}/`),
  )
  return holders.sort((a, b) => b.folder.length - a.folder.length)[0]
}
