// Puts the licences of all packages that the page's script contains beside it, as they demand.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/
const LICENCE = /^licen[cs]e/i

/** @param target - the file to write */
export function bundledLicenses(target: string): Plugin {
  return {
    name: 'bundled-licenses',
    setup(build) {
      build.initialOptions.metafile = true
      build.onEnd(({ metafile }) => {
        const inputs = Object.keys(metafile?.inputs ?? {})
        const folders = new Set(inputs.flatMap((path) => PACKAGE.exec(path)?.[0] ?? []))
        mkdirSync(dirname(target), { recursive: true })
        writeFileSync(target, [...folders].sort().map(licenceOf).join('\n\n'))
      })
    },
  }
}

function licenceOf(folder: string): string {
  const name = folder.replace(/^.*\/node_modules\//, '')
  const file = existsSync(folder) && readdirSync(folder).find((each) => LICENCE.test(each))
  if (!file) throw new Error(`${name} is in the page, and its licence was not found`)
  return `${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}`
}
