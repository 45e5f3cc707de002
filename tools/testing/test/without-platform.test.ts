import { withoutPlatform } from '@dht/testing/without-platform'
import { describe, expect, it } from 'vitest'

describe('withoutPlatform', () => {
  it.each<[string, () => unknown]>([
    ['now', () => Date.now()],
    ['now', () => performance.now()],
    ['Date', () => new Date()],
    ['random', () => Math.random()],
    ['setTimeout', () => setTimeout(() => {}, 0)],
    ['queueMicrotask', () => queueMicrotask(() => {})],
    ['crypto', () => crypto.getRandomValues(new Uint8Array(1))],
    ['hrtime', () => process.hrtime()],
  ])('%s throws', (name, reach) => {
    const now = Date.now
    expect(() => withoutPlatform(reach)).toThrow(new RegExp(`no use, got (${name}|Date|crypto)`))
    expect(Date.now).toBe(now)
    expect(reach).not.toThrow()
  })

  it('returns what the function returns', () => {
    expect(withoutPlatform(() => 7)).toBe(7)
  })
})
