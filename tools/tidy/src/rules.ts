// The rules of the repository that neither the compiler nor Biome checks, one file each.
import type { Rule } from './project.ts'
import { bans } from './rules/bans.ts'
import { fileNames } from './rules/file-names.ts'
import { hygiene } from './rules/hygiene.ts'
import { manifests } from './rules/manifests.ts'
import { openingComment } from './rules/opening-comment.ts'
import { properties } from './rules/properties.ts'
import { reached } from './rules/reached.ts'
import { references } from './rules/references.ts'
import { signatures } from './rules/signatures.ts'
import { sizes } from './rules/sizes.ts'
import { star } from './rules/star.ts'

export const rules: readonly Rule[] = [
  bans,
  signatures,
  sizes,
  star,
  reached,
  fileNames,
  openingComment,
  manifests,
  hygiene,
  references,
  properties,
]
