// How soon endpoints answered, as `ResponseSpeeds` remembers it.

import { describe, expect, it } from 'vitest'
import { ResponseSpeeds } from '../../../../src/core/queries/response-speeds.ts'

describe('response speeds', () => {
  it('know nothing of an endpoint at first, and then its last answer', () => {
    const speeds = new ResponseSpeeds()
    const seen = () => [speeds.isPrompt('a'), speeds.isSlow('a')]
    expect(seen()).toEqual([false, false])
    speeds.add('a', true)
    expect(seen()).toEqual([true, false])
    speeds.add('a', false)
    expect(seen()).toEqual([false, true])
  })

  it('remember 256 endpoints, and forget the one without an answer for longest', () => {
    const speeds = new ResponseSpeeds()
    for (let i = 0; i < 256; i++) speeds.add(`${i}`, true)
    speeds.add('0', true)
    speeds.add('256', true)
    expect(['0', '1', '2', '256'].map((key) => speeds.isPrompt(key))).toEqual([
      true,
      false,
      true,
      true,
    ])
  })
})
