// What of a response is left when it must be short.

import { briefReply, encodeMessage, messageSize, type Nodes, type Response } from '@dht/krpc'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyNetwork, anyResponse } from '../support/messages.ts'

const anyCase = anyNetwork.chain((network) => {
  const response = anyResponse(network, { contacts: 8, values: 30 })
  return fc.tuple(fc.constant(network), response, fc.integer({ min: 1, max: 700 }))
})

function isPartOf(part: unknown, whole: unknown): boolean {
  if (part === undefined) return true
  const [some, all] = [part, whole] as [readonly unknown[], readonly unknown[]]
  return (some.length > 0 || all.length === 0) && some.every((each, at) => each === all[at])
}

it('AMP-15: a brief reply fits its budget and has parts of the whole alone', () => {
  const seen = { none: 0, some: 0, whole: 0 }
  fc.assert(
    fc.property(anyCase, ([network, response, budget]) => {
      const brief = briefReply(response, network, budget)
      const least = { ...empty(response), ip: undefined, version: undefined }
      const leastSize = encodeMessage(least, network, 1_500).length
      expect(brief === undefined).toBe(leastSize > budget)
      if (brief === undefined) {
        seen.none++
        return
      }
      expect(encodeMessage(brief, network, budget).length).toBeLessThanOrEqual(budget)
      expect(brief.transactionId).toEqual(response.transactionId)
      for (const name of ['nodes', 'nodes6', 'values'] as const) {
        expect(isPartOf(brief[name], response[name])).toBe(true)
      }
      if (messageSize(response, network) <= budget) {
        expect(brief).toEqual(response)
        seen.whole++
      } else seen.some++
    }),
  )
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(5)
})

it('AMP-15: it has a peer and a contact before all else, where they fit', () => {
  fc.assert(
    fc.property(anyCase, ([network, response, budget]) => {
      const brief = briefReply(response, network, budget)
      const own = response.ip?.family === 6 ? 'nodes6' : 'nodes'
      const first = {
        ...empty(response),
        ip: undefined,
        version: undefined,
        values: someOf(response.values?.slice(0, 1)),
      }
      const both = { ...first, [own]: firstOf(response[own], network.idLength, own) }
      const fits = (message: Response): boolean =>
        encodeMessage(message, network, 1_500).length <= budget
      if (!fits(first)) return
      expect(brief?.values?.[0]).toEqual(response.values?.[0])
      if (fits(both))
        expect(brief?.[own]?.length ?? 0).toBeGreaterThanOrEqual(both[own]?.length ?? 0)
    }),
  )
})

function empty({ kind, transactionId, id }: Response): Response {
  return { kind, transactionId, id }
}

function someOf<T extends { readonly length: number }>(list: T | undefined): T | undefined {
  return list?.length === 0 ? undefined : list
}

function firstOf(nodes: Nodes | undefined, idLength: number, own: string): Nodes | undefined {
  if (!(nodes instanceof Uint8Array)) return someOf(nodes?.slice(0, 1))
  return someOf(nodes.subarray(0, idLength + (own === 'nodes' ? 6 : 18)))
}
