import { withoutAmbience } from '@dht/testing/without-ambience'
import { describe, expect, it } from 'vitest'

describe('withoutAmbience', () => {
  it.each<[string, () => unknown]>([
    ['now', () => Date.now()],
    ['now', () => performance.now()],
    ['Date', () => new Date()],
    ['random', () => Math.random()],
    ['setTimeout', () => setTimeout(() => {}, 0)],
    ['queueMicrotask', () => queueMicrotask(() => {})],
    ['crypto', () => crypto.getRandomValues(new Uint8Array(1))],
    ['hrtime', () => process.hrtime()],
  ])('%s is out of reach', (name, reach) => {
    const now = Date.now
    expect(() => withoutAmbience(reach)).toThrow(new RegExp(`none, got (${name}|Date|crypto)`))
    expect(Date.now).toBe(now)
    expect(reach).not.toThrow()
  })

  it('passes on what the function gives', () => {
    expect(withoutAmbience(() => 7)).toBe(7)
  })
})
