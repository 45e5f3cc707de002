// The house rules that a machine can check. Each file of `rules/` holds one.
import type { Rule } from './project.ts'
import { bans } from './rules/bans.ts'
import { cycles } from './rules/cycles.ts'
import { fileNames } from './rules/file-names.ts'
import { guestList } from './rules/guest-list.ts'
import { hygiene } from './rules/hygiene.ts'
import { manifests } from './rules/manifests.ts'
import { openingComment } from './rules/opening-comment.ts'
import { plainLanguage } from './rules/plain-language.ts'
import { properties } from './rules/properties.ts'
import { reached } from './rules/reached.ts'
import { references } from './rules/references.ts'
import { sizes } from './rules/sizes.ts'
import { star } from './rules/star.ts'

export const rules: readonly Rule[] = [
  bans,
  guestList,
  plainLanguage,
  sizes,
  star,
  cycles,
  reached,
  fileNames,
  openingComment,
  manifests,
  hygiene,
  references,
  properties,
]
