import { idFromBytes } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { CANDIDATE_MOVES, Candidate, type CandidateState } from '../../src/candidate.ts'
import { ReportedContact } from '../../src/reported-contact.ts'

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

  it('begins without a token, and has not reported anything', () => {
    const id = idFromBytes(Uint8Array.of(1))
    const reported = new ReportedContact({ id }, 'a', undefined)
    const candidate = new Candidate({ reported, id, distance: 1, hop: 1, state: 'fresh' })
    expect({ ...candidate }).toEqual({
      ...{ reported, id, distance: 1, hop: 1, state: 'fresh' },
      ...{ token: undefined, credit: undefined, hasReportedAll: false },
      ...{ tried: 0, alternates: [], overdue: [] },
    })
    expect([candidate.isUntried, candidate.isDiscredited(true)]).toEqual([true, false])
    candidate.tried = 1
    expect(candidate.isUntried).toBe(false)
  })
})
