import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventGroup, eventWords } from '../../page/model/event-words.ts'
import { shownText } from '../../page/model/shown-text.ts'
import {
  agoText,
  bytesText,
  clockText,
  countText,
  shareText,
  spanText,
  superscript,
} from '../../page/model/words.ts'

const anyText = fc
  .array(fc.oneof(fc.nat(0x2fff), fc.constantFrom(0x1b, 0x202e, 0x2028, 0xfeff, 0xe0001)))
  .map((codes) => String.fromCodePoint(...codes))

describe('texts of others', () => {
  it('PAGE-8: have no control or format characters, and a bounded length', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = shownText(text, 100)
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u)
        expect(shown.length).toBeLessThanOrEqual(101 * 12)
      }),
    )
  })

  it('PAGE-8: show what they hide', () => {
    expect(shownText('a\u202eb\u0000\n')).toBe('a\\u202eb\\u0000\\u000a')
    expect(shownText('abcdef', 3)).toBe('abc…')
  })

  it('PAGE-8: are escaped inside the words of an event', () => {
    const words = eventWords({ kind: 'warning', code: 'x', text: 'a\u001b[31m' })
    expect(words).toBe('Warning: a\\u001b[31m')
  })
})

describe('events in words', () => {
  it('say what happened', () => {
    const contact = { id: 'abcdef0123', endpoint: '192.0.2.1:6881' }
    expect(eventWords({ kind: 'contact-added', family: 4, contact })).toBe(
      'abcdef01 at 192.0.2.1:6881 added to the table',
    )
    const round = {
      startedAt: 0,
      durationMs: 1,
      accepted: [contact],
      refused: [],
      unreachable: [contact],
      pending: 0,
      complete: false,
    }
    expect(eventWords({ kind: 'published', target: '0123456789', round })).toBe(
      'Published 01234567: 1 accepted, 1 unreachable; the round is incomplete',
    )
    expect(eventGroup({ kind: 'skipped', count: 3 })).toBe('table')
  })
})

describe('numbers in words', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [7_200_000, '2 h'],
    [90_000_000, '1 d 1 h'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('spans: %s', (ms, text) => {
    expect(spanText(ms)).toBe(text)
  })

  it('others', () => {
    expect(agoText(0, 5000)).toBe('5.0 s ago')
    expect(agoText(10, 5)).toBe('now')
    expect(agoText(Number.NEGATIVE_INFINITY, 5)).toBe('never')
    expect(clockText(3_725_000)).toBe('1:02:05')
    expect(shareText(0)).toBe('all ids')
    expect(shareText(3)).toBe('1/8 of ids')
    expect(shareText(12)).toBe('2⁻¹² of ids')
    expect(superscript(-10)).toBe('⁻¹⁰')
    expect([bytesText(5), bytesText(2048)]).toEqual(['5 B', '2.0 KiB'])
    expect([countText(1, 'query', 'queries'), countText(2000, 'query', 'queries')]).toEqual([
      '1 query',
      '2,000 queries',
    ])
  })
})
