// What the page tells is what the table does.

import { expect, it } from 'vitest'
import { run } from '../src/run.ts'

function page(): string[] {
  const lines: string[] = []
  run((line) => lines.push(line))
  return lines
}

/** The buckets drawn below the first line that begins with `words`. */
function bucketsAfter(words: string): string[] {
  const lines = page()
  const from = lines.findIndex((line) => line.startsWith(words))
  expect(from, words).toBeGreaterThan(-1)
  const rest = lines.slice(from)
  const first = rest.findIndex((line) => line.startsWith('  '))
  const last = rest.findIndex((line, i) => i > first && !line.startsWith('  '))
  return rest.slice(first, last)
}

it('one bucket covers everybody at first', () => {
  expect(bucketsAfter('Ada and Bo')).toEqual(['  ········  ● Ada 10110010  ● Bo 11000111'])
})

it('our own bucket splits when it is full', () => {
  expect(bucketsAfter('Cy and Di')).toEqual([
    '  1·······  ● Ada 10110010  ● Bo 11000111',
    '  0·······  ● Cy 01011000  ● Di 00100001',
  ])
})

it('a stranger joins when it has answered', () => {
  expect(page()).toContainEqual(expect.stringContaining('Fay asks us something'))
  expect(bucketsAfter('Fay')).toEqual([
    '  1·······  ● Ada 10110010  ● Bo 11000111',
    '  01······  ● Cy 01011000',
    '  00······  ● Di 00100001  ● Fay 00001111',
  ])
})

it('a newcomer waits while its bucket is full of good members', () => {
  expect(page()).toContain(
    'Eve answers too: held. Her bucket is full of good members, so she waits.',
  )
  expect(bucketsAfter('Eve')[0]).toBe('  1·······  ● Ada 10110010  ● Bo 11000111  (Eve 11101110)')
})

it('the most silent member is checked, and gives way when it stays silent', () => {
  expect(page()).toContainEqual(expect.stringMatching(/16 minutes.* The table wants Ada checked/))
  expect(page()).toContain('We ask Ada, and no answer comes: questionable. Once may be bad luck.')
  expect(page()).toContain('Ada gives way to Eve.')
  expect(bucketsAfter('Ada gives way')[0]).toBe('  1·······  ◐ Bo 11000111  ● Eve 11101110')
})

it('the nearest are found in the order of XOR', () => {
  // 11000000: Bo differs by 00000111, Eve by 00101110, Cy by 10011000.
  expect(page().at(-1)).toBe('Nearest to 11000000, by XOR: Bo, Eve, Cy.')
})
