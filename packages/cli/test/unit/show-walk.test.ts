// What a terminal gets while a lookup goes on, and what it keeps.

import { PassThrough } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import type { TracedLookup } from '@dht/node'
import { afterEach, expect, it } from 'vitest'
import type { Output } from '../../src/io.ts'
import { showWalk } from '../../src/walk/show-walk.ts'

const lookup: TracedLookup = {
  lookupId: 1,
  operationId: 1,
  purpose: 'user',
  target: '00',
  family: 4,
}
const contact = { id: '80', address: '192.0.2.1', port: 1, family: 4 } as const

afterEach(() => {
  delete process.env['NO_COLOR']
})

function terminal(): { readonly to: Output; readonly text: () => string } {
  const size = { isTTY: true, columns: 80, rows: 24 }
  const stream: Output & PassThrough = Object.assign(new PassThrough(), size)
  let text = ''
  stream.on('data', (chunk) => {
    text += chunk
  })
  return { to: stream, text: () => text }
}

it('draws again and again, and keeps the last drawing', async () => {
  const { to, text } = terminal()
  {
    using view = showWalk(to)
    view.take(lookup, { kind: 'queried', at: 0, contact, phase: 'approach', waits: false })
    await wait(200)
    expect(stripVTControlCharacters(text())).toContain('└─ 80 192.0.2.1:1  0 bits  queried')
    view.beside(() => to.write('192.0.2.9:9\n'))
    view.take(lookup, { kind: 'failed', at: 9, contact, phase: 'approach', reason: 'timeout' })
  }
  const kept = stripVTControlCharacters(text()).split('192.0.2.9:9\n').at(-1)
  expect(kept).toMatch(/IPv4 to 00: 0 of 1 responded, in progress\n└─ 80 .* no response\n$/)
  expect(text()).toContain('\u001b[31mno response')
})

it('has no colours where none are wanted', () => {
  process.env['NO_COLOR'] = '1'
  const { to, text } = terminal()
  showWalk(to)[Symbol.dispose]()
  {
    using view = showWalk(to)
    view.take(lookup, { kind: 'failed', at: 9, contact, phase: 'approach', reason: 'timeout' })
  }
  expect(text()).not.toContain('\u001b[31m')
  expect(text()).toContain('no response\n')
})
