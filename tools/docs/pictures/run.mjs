// `npm run docs-pictures`: draws the pictures of the documents from runs of the simulator, always
// the same ones.

import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pictures } from './runs.mjs'

const folder = fileURLToPath(new URL('../../../docs/images/', import.meta.url))
mkdirSync(folder, { recursive: true })
for (const [name, svg] of Object.entries(await pictures({ nodes: 600, seed: 5 }))) {
  writeFileSync(`${folder}${name}`, svg)
  console.log(`docs/images/${name}`)
}
