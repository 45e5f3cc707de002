import { idFromBytes } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { CANDIDATE_MOVES, Candidate, type CandidateState } from '../../src/candidate.ts'

const STATES: CandidateState[] = ['fresh', 'queried', 'stalled', 'responded', 'failed']

describe('candidate', () => {
  it('has these transitions and no others', () => {
    const moves = STATES.flatMap((from) =>
      Object.entries(CANDIDATE_MOVES[from]).map(([move, to]) => `${from} ${move} ${to}`),
    )
    expect(moves).toEqual([
      'fresh query queried',
      'queried stall stalled',
      'queried respond responded',
      'queried fail failed',
      'stalled respond responded',
      'stalled fail failed',
    ])
  })

  it('does not leave the states responded and failed, and only a fresh one is queried', () => {
    expect(CANDIDATE_MOVES.responded).toEqual({})
    expect(CANDIDATE_MOVES.failed).toEqual({})
    expect(STATES.filter((state) => CANDIDATE_MOVES[state].query !== undefined)).toEqual(['fresh'])
  })

  it('begins without a token, and has not reported all contacts', () => {
    const contact = { id: idFromBytes(Uint8Array.of(1)) }
    const known = {
      contact,
      id: contact.id,
      distance: 1,
      address: undefined,
      hop: 1,
      state: 'fresh',
    } as const
    const candidate = new Candidate(known)
    expect({ ...candidate }).toEqual({ ...known, token: undefined, hasReportedAll: false })
  })
})
