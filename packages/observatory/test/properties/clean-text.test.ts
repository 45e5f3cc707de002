import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cleanText } from '../../src/messages/clean-text.ts'
import { observedEvent } from '../../src/messages/observed-event.ts'
import { MAX_TEXT } from '../../src/protocol.ts'

const CONTROLS = [0, 7, 8, 0x1b, 0x7f, 0x9b, 0xad, 0x200b, 0x202e, 0x2066, 0x2028, 0xfeff, 0xd800]

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(fc.oneof(fc.constantFrom(...CONTROLS), fc.integer({ min: 32, max: 126 })))
    .map((codes) => codes.map((code) => String.fromCharCode(code)).join('')),
)

/** Tells a character that a terminal obeys or a page hides, by its code alone. */
function isHarmful(character: string): boolean {
  const code = character.codePointAt(0) as number
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0)
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  return (
    isControl ||
    isSurrogate ||
    /[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(character)
  )
}

it('OBS-1: a text of another node has no control characters, and is short', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const clean = cleanText(text)
      expect(clean.length).toBeLessThanOrEqual(MAX_TEXT)
      expect([...clean].filter(isHarmful)).toEqual([])
      // A clean text stays as it is.
      expect(cleanText(clean)).toBe(clean)
      if (text.length <= MAX_TEXT && ![...text].some(isHarmful) && /^[\x20-\x7e]*$/.test(text)) {
        expect(clean).toBe(text)
      }
    }),
  )
})

it('OBS-1: so it is in the error text of a node that refused an announcement', () => {
  const contact = { id: 'ab'.repeat(32), address: '192.0.2.7', port: 6_881, family: 4 } as const
  const text = `\u001b[2J\u0007<img src=x onerror=alert(1)>\u202e${'x'.repeat(500)}`
  const report = {
    target: 'cd'.repeat(32),
    port: 80,
    startedAt: 0,
    durationMs: 1,
    accepted: [],
    refused: [{ contact, code: 202, text }],
    unreachable: [],
    pending: 0,
    complete: true,
    nextAt: 5,
    tally: { queried: 1, responded: 1, failed: 0, hops: 1 },
  }
  const event = observedEvent({ kind: 'published', report } as never)
  expect(event).toMatchObject({
    round: {
      refused: [{ id: contact.id, endpoint: '192.0.2.7:6881', code: 202 }],
    },
  })
  const told = JSON.stringify(event)
  expect(told).toContain(String.raw`\\u{1b}[2J\\u{7}<img src=x onerror=alert(1)>\\u{202e}`)
  expect(told).not.toContain('x'.repeat(MAX_TEXT))
})
