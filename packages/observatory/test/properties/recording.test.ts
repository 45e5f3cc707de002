// Recordings, written and read, and what anybody may give as one.

import {
  MAX_FRAMES,
  type RecordedMessage,
  type RecordingResult,
  RecordingWriter,
  readRecording,
} from '@dht/observatory/recording'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faults, frames, id, nodes } from '../support/recordings.ts'

const START = { source: 'a test', seed: '7', network: 'dht256', idBits: 256, startAt: 0 }

function written(start: Partial<ConstructorParameters<typeof RecordingWriter>[0]> = {}): string {
  const writer = new RecordingWriter({ ...START, ...start })
  for (const { at, node, messages } of frames) writer.frame(node, messages, at)
  for (const fault of faults) writer.fault(fault)
  return [...writer.lines(nodes, 10)].join('')
}

/** The recording with one line changed as parsed JSON. */
function changed(line: number, change: (parsed: never) => unknown): string {
  const lines = written().trimEnd().split('\n')
  lines[line] = JSON.stringify(change(JSON.parse(lines[line] as string) as never))
  return lines.join('\n')
}

const codeOf = (result: RecordingResult) =>
  result.kind === 'refused' ? [result.error.code, result.error.line] : 'read'

describe('a recording', () => {
  it('is read as it was written, with a message of each kind', () => {
    const result = readRecording(written())
    expect(result).toEqual({
      kind: 'read',
      recording: {
        header: {
          format: 'dht-recording',
          version: 1,
          ...START,
          endAt: 10,
          nodes,
          faults,
          isCut: false,
        },
        frames,
      },
    })
  })

  it('may have empty lines, lines that end as on Windows, and no line feed at the end', () => {
    expect(codeOf(readRecording(`\n${written().replaceAll('\n', '\r\n\r\n').trimEnd()}`))).toBe(
      'read',
    )
  })

  it('ends at the bounds of its writer, and says so', () => {
    const few = readRecording(written({ maxFrames: 2 }))
    const short = readRecording(written({ maxCharacters: JSON.stringify(frames[0]).length + 1 }))
    expect([few, short].map((each) => each.kind === 'read' && each.recording)).toMatchObject([
      { header: { isCut: true }, frames: frames.slice(0, 2) },
      { header: { isCut: true }, frames: frames.slice(0, 1) },
    ])
  })
})

type Json = Record<string, never>

describe('is refused', () => {
  it.each<[string, string, unknown[]]>([
    ['nothing', '', ['empty', 1]],
    ['white space', ' \n\n', ['empty', 1]],
    ['text', 'hello', ['json', 1]],
    ['half of a line', written().slice(0, -5), ['json', 4]],
    ['a frame in place of the header', JSON.stringify(frames[0]), ['header', 1]],
    ['two headers', `${written().split('\n')[0]}\n${written()}`, ['frame', 2]],
    ['a later version', changed(0, (h: Json) => ({ ...h, version: 2 })), ['version', 1]],
    ['another format', changed(0, (h: Json) => ({ ...h, format: 'x', version: 2 })), ['header', 1]],
    ['an unknown property', changed(0, (h: Json) => ({ ...h, more: 1 })), ['header', 1]],
    ['a fault of no node', written().replace('"nodes":[0]', '"nodes":[2]'), ['header', 1]],
    ['an end before its start', changed(0, (h: Json) => ({ ...h, endAt: -1 })), ['header', 1]],
    ['null', 'null', ['header', 1]],
    ['a list', '[[[[[[]]]]]]', ['header', 1]],
    ['a node that is not there', changed(2, (f: Json) => ({ ...f, node: 2 })), ['node', 3]],
    ['a node without a recording', changed(2, (f: Json) => ({ ...f, node: 1 })), ['node', 3]],
    ['a negative node', changed(2, (f: Json) => ({ ...f, node: -1 })), ['frame', 3]],
    ['frames out of order', changed(2, (f: Json) => ({ ...f, at: -1 })), ['order', 3]],
    ['a frame after the end', changed(3, (f: Json) => ({ ...f, at: 11 })), ['order', 4]],
    ['an infinite instant', written().replace('"at":5,', '"at":1e999,'), ['frame', 3]],
    ['no snapshot first', changed(1, (f: Json) => ({ ...f, messages: [] })), ['start', 2]],
    ['a frame after the node ended', `${written()}{"at":7,"node":0,"messages":[]}`, ['start', 5]],
  ])('%s', (_what, text, expected) => {
    expect(codeOf(readRecording(text))).toEqual(expected)
  })

  it.each<[string, string, string]>([
    ['a control character', '"a warning"', String.raw`"\u001b[2J"`],
    ['a text that runs backwards', '"a warning"', String.raw`"\u202e"`],
    ['a long text', '"a warning"', `"${'x'.repeat(201)}"`],
    ['an id that is no hex', `"${id('f')}"`, `"${'<'.repeat(64)}"`],
    ['an endpoint that is a script', '"192.0.2.3:80"', '"javascript:alert(1)//"'],
    ['markup as an endpoint', '"192.0.2.3:80"', '"<b>"'],
    ['an unknown kind', '"kind":"members"', '"kind":"welcome"'],
    ['a property that is not known', '"removed":', '"__proto__":{"a":1},"removed":'],
    ['a missing property', '"removed":["', '"wrong":["'],
    ['a text for a number', '"width":8', '"width":"8"'],
  ])('%s', (_what, found, put) => {
    const text = written()
    expect(text).toContain(found)
    const result = readRecording(text.replaceAll(found, put))
    expect(result.kind).toBe('refused')
    // What a stranger wrote is not repeated.
    expect(JSON.stringify(result)).not.toMatch(/script|<|xxx|202e/)
  })

  it('when it has more frames than the bound', () => {
    const header = written().split('\n')[0] as string
    const frame = `{"at":1,"node":0,"messages":[]}\n`
    const first = `${JSON.stringify(frames[0])}\n`
    const most = `${header}\n${first}${frame.repeat(MAX_FRAMES - 1)}`
    expect(codeOf(readRecording(most))).toBe('read')
    expect(codeOf(readRecording(most + frame))).toEqual(['too-long', MAX_FRAMES + 2])
  })
})

it('OBS-2: whatever text is given, reading it throws nothing and says where it is wrong', () => {
  const text = written()
  const cut = fc.tuple(
    fc.nat(text.length),
    fc.nat(60),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  const mutated = cut.map(([at, length, put]) => text.slice(0, at) + put + text.slice(at + length))
  const json = fc.json().map((each) => `${text.split('\n')[0]}\n${each}`)
  fc.assert(
    fc.property(fc.oneof(mutated, json, fc.string({ unit: 'binary' })), (given) => {
      const result = readRecording(given)
      if (result.kind === 'refused') {
        expect(result.error.line).toBeGreaterThan(0)
        expect(result.error.line).toBeLessThanOrEqual(given.split('\n').length + 1)
        return
      }
      for (const { messages } of result.recording.frames) {
        expect(messages.every(isPrintable)).toBe(true)
      }
    }),
  )
})

function isPrintable(message: RecordedMessage): boolean {
  return !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(JSON.stringify(message))
}
