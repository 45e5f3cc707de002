// Reads the catalogue of properties, `tools/models/catalogue`: one JSON file for each package.
import type { Project } from './project.ts'

/** A property: what should hold, and the kind of test that holds it. */
export interface Property {
  readonly id: string
  readonly kind: string
  readonly statement: string
  /** The page of docs/decisions that explains it. */
  readonly decision?: string
  /** For each census the cases in which it matters. */
  readonly cases?: Readonly<Record<string, readonly string[]>>
}

export interface Catalogue {
  readonly path: string
  readonly properties: readonly Property[]
  /** Ids that no test names yet. */
  readonly open: readonly string[]
  /** Ids that are no property any more, and why. */
  readonly retired: readonly { readonly id: string; readonly why: string }[]
}

const CATALOGUE = /^tools\/models\/catalogue\/[a-z-]+\.json$/

export function cataloguesOf({ texts }: Project): Catalogue[] {
  return texts
    .filter(({ path }) => CATALOGUE.test(path))
    .map(({ path, text }) => ({ ...(JSON.parse(text) as Omit<Catalogue, 'path'>), path }))
}
