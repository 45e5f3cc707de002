// The text that the example prints agrees with what the table does.

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

it('at first one bucket covers all ids', () => {
  expect(bucketsAfter('Ada and Bo')).toEqual(['  ········  ● Ada 10110010  ● Bo 11000111'])
})

it('our own bucket splits when it is full', () => {
  expect(bucketsAfter('Cy and Di')).toEqual([
    '  1·······  ● Ada 10110010  ● Bo 11000111',
    '  0·······  ● Cy 01011000  ● Di 00100001',
  ])
})

it('an unknown contact joins when it has responded', () => {
  expect(page()).toContainEqual(expect.stringContaining('Fay queries us'))
  expect(bucketsAfter('Fay')).toEqual([
    '  1·······  ● Ada 10110010  ● Bo 11000111',
    '  01······  ● Cy 01011000',
    '  00······  ● Di 00100001  ● Fay 00001111',
  ])
})

it('a newcomer waits while its bucket is full of good members', () => {
  expect(page()).toContain(
    'Eve responds too: waiting. Her bucket is full of good members, so she waits.',
  )
  expect(bucketsAfter('Eve')[0]).toBe('  1·······  ● Ada 10110010  ● Bo 11000111  (Eve 11101110)')
})

it('the member not seen for longest is checked, and replaced when it does not respond', () => {
  expect(page()).toContainEqual(expect.stringMatching(/16 minutes.* The table wants Ada checked/))
  expect(page()).toContain(
    'We ping Ada, and no response comes: questionable. A datagram may be lost.',
  )
  expect(page()).toContain('Eve takes the place of Ada.')
  expect(bucketsAfter('Eve takes the place')[0]).toBe('  1·······  ◐ Bo 11000111  ● Eve 11101110')
})

it('the nearest are found in the order of the XOR distance', () => {
  // 11000000: Bo differs by 00000111, Eve by 00101110, Cy by 10011000.
  expect(page().at(-1)).toBe('Nearest to 11000000, by XOR: Bo, Eve, Cy.')
})
