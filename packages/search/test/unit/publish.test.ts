import { describe, expect, it } from 'vitest'
import { Publish } from '../../src/index.ts'
import { type TestNode, testNode } from '../support/network.ts'

const node = (value: number): TestNode => testNode(BigInt(value), 1)
const target = (value: number): { contact: TestNode; token: Uint8Array } => ({
  contact: node(value),
  token: Uint8Array.of(value),
})

function writeAll(publish: Publish<TestNode>): void {
  while (publish.next().kind === 'write');
}

describe('publish', () => {
  it('writes to all at once, each with its own token, and reports the outcomes', () => {
    const publish = new Publish([target(1), target(2), target(3)])
    expect(publish.next()).toEqual({ kind: 'write', contact: node(1), token: Uint8Array.of(1) })
    expect(publish.next()).toEqual({ kind: 'write', contact: node(2), token: Uint8Array.of(2) })
    expect(publish.next()).toEqual({ kind: 'write', contact: node(3), token: Uint8Array.of(3) })
    expect(publish.next()).toEqual({ kind: 'wait' })
    publish.unreachable(node(3))
    publish.refused(node(1), { code: 203, text: 'Bad token' })
    publish.accepted(node(2))
    expect(publish.next()).toEqual({ kind: 'done' })
    expect(publish.outcome()).toEqual({
      accepted: [node(2)],
      refused: [{ contact: node(1), code: 203, text: 'Bad token' }],
      unreachable: [node(3)],
    })
  })

  it('takes the first outcome of each contact, and ignores contacts without a write', () => {
    const publish = new Publish([target(1)])
    publish.accepted(node(1))
    expect(publish.outcome().accepted).toEqual([])
    writeAll(publish)
    publish.accepted(node(9))
    publish.unreachable(node(1))
    publish.accepted(node(1))
    expect(publish.outcome()).toEqual({ accepted: [], refused: [], unreachable: [node(1)] })
  })

  it('is done at once without targets', () => {
    expect(new Publish([]).next()).toEqual({ kind: 'done' })
  })

  it('TRACK-1: writes to the first eight by default', () => {
    const publish = new Publish(Array.from({ length: 9 }, (_, value) => target(value)))
    let written = 0
    while (publish.next().kind === 'write') written += 1
    expect(written).toBe(8)
  })

  it('changes nothing after an abort', () => {
    const publish = new Publish([target(1), target(2), target(3)])
    publish.next()
    publish.next()
    publish.accepted(node(1))
    publish.abort()
    publish.accepted(node(2))
    expect(publish.next()).toEqual({ kind: 'done' })
    expect(publish.outcome()).toEqual({ accepted: [node(1)], refused: [], unreachable: [] })
  })

  it('keeps its own copy of a token', () => {
    const token = Buffer.from([1, 2]).subarray(1)
    const publish = new Publish([{ contact: node(1), token }])
    token.fill(0)
    expect(publish.next()).toMatchObject({ token: Uint8Array.of(2) })
  })
})
