// What is offered at each place of a command line.

import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { programOf } from '../../src/command-line.ts'
import { completionsOf } from '../../src/completion/completions.ts'

const io = {
  in: new PassThrough(),
  out: new PassThrough(),
  err: new PassThrough(),
  stop: new AbortController(),
  onInfoWanted: () => {},
}

/** @param line - what stands behind `dht `; its last word is completed */
function offered(line: string): readonly string[] | 'files' {
  const words = line.split(' ')
  const program = programOf({ io, finish: () => {} })
  const found = completionsOf(program, words.slice(0, -1), words.at(-1) as string)
  return found === 'files' ? found : found.map(({ name }) => name)
}

describe('completionsOf', () => {
  it('offers commands, but none that is hidden', () => {
    expect(offered('')).toEqual(expect.arrayContaining(['run', 'lookup', 'completion']))
    expect(offered('')).not.toContain('completion-server')
    expect(offered('sc')).toEqual(['scrape'])
    expect(offered('id ')).toEqual(expect.arrayContaining(['file', 'address', 'key']))
    expect(offered('id f')).toEqual(['file'])
  })

  it('offers the options of the command', () => {
    expect(offered('lookup --mo')).toEqual(['--mode'])
    expect(offered('lookup --json --mo')).toEqual(['--mode'])
    expect(offered('--ver')).toEqual(['--version'])
    expect(offered('ping --mode')).toEqual([])
  })

  it('offers the values of options and arguments', () => {
    expect(offered('lookup --mode ')).toEqual(['first', 'quick', 'all'])
    expect(offered('run --network m')).toEqual(['mainline'])
    expect(offered('completion ')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']))
    expect(offered('run --port ')).toEqual([])
  })

  it('leaves files to the shell', () => {
    expect(offered('run --state ')).toBe('files')
    expect(offered('id file ')).toBe('files')
    expect(offered('put --key author.key --file ')).toBe('files')
  })

  it('offers nothing where anything may stand', () => {
    expect(offered('lookup ')).toEqual([])
    expect(offered('completion bash ')).toEqual([])
    expect(offered('nonsense ')).toEqual([])
  })

  it('an option that stands alone takes no value', () => {
    expect(offered('lookup --json ')).toEqual([])
    expect(offered('id random --network ')).toEqual(['dht256', 'mainline'])
  })
})
