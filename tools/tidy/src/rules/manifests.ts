// What the package.json of a public package says, and which files stand beside it.
import type { Manifest, Rule } from '../project.ts'

type Demand = readonly [what: string, isMet: (manifest: Manifest) => boolean]

const DEMANDS: readonly Demand[] = [
  ['type is not module', ({ type }) => type === 'module'],
  ['license is not MIT', ({ license }) => license === 'MIT'],
  ['sideEffects is not false', ({ sideEffects }) => sideEffects === false],
  ['no keywords', ({ keywords = [] }) => keywords.length > 0],
  ['no description', ({ description }) => (description ?? '') !== ''],
  ['engines does not name Node', ({ engines }) => engines?.node !== undefined],
  ['not published for everybody', ({ publishConfig }) => publishConfig?.access === 'public'],
  ['published without provenance', ({ publishConfig }) => publishConfig?.provenance === true],
  [
    'files is not dist, README.md, LICENSE, CHANGELOG.md',
    ({ files }) => files?.join() === 'dist,README.md,LICENSE,CHANGELOG.md',
  ],
  [
    'an export does not begin with its types',
    (manifest) => exportTargets(manifest).every(beginsWithTypes),
  ],
  ['a package of the repository is not workspace:^', isLinked],
]

function exportTargets({ exports = {} }: Manifest): Readonly<Record<string, string>>[] {
  return Object.values(exports).filter((target) => typeof target !== 'string')
}

function beginsWithTypes(target: Readonly<Record<string, string>>): boolean {
  return Object.keys(target)[0] === 'types'
}

function isLinked({ dependencies = {} }: Manifest): boolean {
  return Object.entries(dependencies).every(
    ([name, range]) => !name.startsWith('@dht/') || range === 'workspace:^',
  )
}

export const manifests: Rule = {
  name: 'manifests',
  why: 'every package is published in the same shape, with a page that explains it',
  *check(project) {
    const texts = new Map(project.texts.map(({ path, text }) => [path, text]))
    for (const { folder, manifest } of project.members) {
      if (manifest.private === true) continue
      for (const [what, isMet] of DEMANDS) {
        if (!isMet(manifest)) yield { path: `${folder}/package.json`, what }
      }
      if (!texts.has(`${folder}/README.md`)) yield { path: `${folder}/README.md`, what: 'missing' }
      // npm packs only what is in the folder.
      if (texts.get(`${folder}/LICENSE`) !== texts.get('LICENSE')) {
        yield { path: `${folder}/LICENSE`, what: 'not the license of the repository' }
      }
    }
  },
}
