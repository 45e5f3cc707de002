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
      'fresh fail failed',
      'queried stall stalled',
      'queried respond responded',
      'queried fail failed',
      'queried retry fresh',
      'stalled query queried',
      'stalled respond responded',
      'stalled fail failed',
      'stalled retry fresh',
      'failed retry fresh',
    ])
  })

  it('does not leave the state responded; failed only for another contact', () => {
    expect(CANDIDATE_MOVES.responded).toEqual({})
    expect(CANDIDATE_MOVES.failed).toEqual({ retry: 'fresh' })
    const queried = STATES.filter((state) => CANDIDATE_MOVES[state].query !== undefined)
    expect(queried).toEqual(['fresh', 'stalled'])
  })

  it('counts the open queries to its contacts', () => {
    const [contact, other] = [1, 2].map((at) => ({ id: idFromBytes(Uint8Array.of(1)), at }))
    const candidate = new Candidate({ contact: contact!, distance: 1, hop: 1, state: 'fresh' })
    expect([candidate.isUntried, candidate.openQueries]).toEqual([true, 0])
    candidate.tried = 1
    candidate.overdue = [other!]
    expect([candidate.isUntried, candidate.openQueries]).toEqual([false, 1])
    candidate.state = 'queried'
    expect([candidate.isUntried, candidate.openQueries]).toEqual([false, 2])
  })

  it('begins without a token, and has not reported all contacts', () => {
    const contact = { id: idFromBytes(Uint8Array.of(1)) }
    const known = {
      contact,
      id: contact.id,
      distance: 1,
      hop: 1,
      state: 'fresh',
    } as const
    const candidate = new Candidate(known)
    expect({ ...candidate }).toEqual({
      ...known,
      ...{ token: undefined, hasReportedAll: false },
      ...{ reports: 1, tried: 0, alternates: undefined, overdue: [] },
    })
  })
})
