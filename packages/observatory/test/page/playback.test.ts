import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concerns, faultsAt, Playback } from '../../page/model/playback.ts'
import type { Fault, Recording } from '../../src/recording/format.ts'
import { member, snapshot } from './support/messages.ts'

const END = 50

function recording(): Recording {
  const frames = Array.from({ length: END }, (_, at) => {
    const node = at < 2 ? at : (at % 3) % 2
    const set = [member(at.toString(16).padStart(4, '0'))]
    const change = { kind: 'members', at, family: 4, set, removed: [] } as const
    return { at, node, messages: at < 2 ? [snapshot('5a5a', 3, at)] : [change] }
  })
  const node = { name: 'a', endpoint: '192.0.2.1:1', isRecorded: true }
  const nodes = [node, { ...node, id: 'abcd', adversary: 'sybil' }]
  const header = { format: 'dht-recording', version: 1, source: 's', network: 'n' } as const
  const rest = { idBits: 16, startAt: 0, endAt: END, nodes, faults: [], isCut: false }
  return { header: { ...header, ...rest }, frames }
}

/** The ids in the table of a node at an instant, from the frames alone. */
function expectedIds({ frames }: Recording, node: number, at: number): string[] {
  return frames
    .filter((frame) => frame.node === node && frame.at <= at && frame.at >= 2)
    .map((frame) => frame.at.toString(16).padStart(4, '0'))
    .sort()
}

function shownIds({ view }: Playback): string[] {
  return view.tables.flatMap((table) =>
    table.buckets.flatMap((bucket) => bucket.members().map(({ id }) => id)),
  )
}

describe('a playback', () => {
  it('PAGE-7: shows the same at an instant, from wherever one comes to it', () => {
    const anyMove = fc.record({ at: fc.integer({ min: -5, max: END + 5 }), node: fc.nat(1) })
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 20 }), (moves) => {
        const made = recording()
        const playback = new Playback(made)
        for (const { at, node } of moves) {
          playback.choose(node)
          playback.seek(at)
          const clamped = Math.min(END, Math.max(0, at))
          expect(playback.at).toBe(clamped)
          expect(shownIds(playback).sort()).toEqual(expectedIds(made, node, clamped))
        }
      }),
    )
  })

  it('tells the time of the node, whose clock is not that of the recording', () => {
    const made = recording()
    const frames = made.frames.map((frame) => {
      return { ...frame, messages: frame.messages.map((each) => ({ ...each, at: each.at + 700 })) }
    })
    const playback = new Playback({ ...made, frames })
    playback.seek(30)
    expect(playback.at).toBe(30)
    expect(playback.now).toBe(730)
    expect(playback.view.at).toBe(730)
    expect(playback.toRecording(725)).toBe(25)
    playback.seek(10)
    expect(playback.now).toBe(710)
  })

  it('names adversaries by id', () => {
    const playback = new Playback(recording())
    expect(playback.adversaryOf('abcd')).toBe('sybil')
    expect(playback.adversaryOf('0000')).toBeUndefined()
    expect(playback.recorded).toEqual([0, 1])
  })

  it('tells which faults there are at an instant, and whom they concern', () => {
    const crash: Fault = { at: 10, kind: 'crash', text: '', nodes: [1] }
    const partition: Fault = { at: 20, until: 30, kind: 'partition', text: '', nodes: [] }
    const at = (instant: number): string[] =>
      faultsAt([crash, partition], instant, 5).map(({ kind }) => kind)
    expect([9, 10, 15, 16, 20, 30, 31].map(at)).toEqual([
      [],
      ['crash'],
      ['crash'],
      [],
      ['partition'],
      ['partition'],
      [],
    ])
    expect([concerns(crash, 0), concerns(crash, 1), concerns(partition, 0)]).toEqual([
      false,
      true,
      true,
    ])
  })
})
