// Shows that a core uses its arguments alone: while one function runs, the clocks, timers and
// random numbers of the platform throw.

const GLOBALS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Date', 'crypto']
const OF_OBJECTS: readonly (readonly [object, string])[] = [
  [Date, 'now'],
  [Math, 'random'],
  [performance, 'now'],
  [globalThis.crypto, 'getRandomValues'],
  [globalThis.crypto, 'randomUUID'],
  [process, 'hrtime'],
  [process, 'nextTick'],
]

/**
 * Runs `play`, which has to be synchronous, without clocks, timers and random numbers. They are
 * back when it has ended.
 *
 * @throws what `play` throws; an error that names the clock, timer or generator that it used
 */
export function withoutPlatform<T>(play: () => T): T {
  const places = [...GLOBALS.map((name): [object, string] => [globalThis, name]), ...OF_OBJECTS]
  const kept = places.map(([object, name]) => Object.getOwnPropertyDescriptor(object, name))
  for (const [object, name] of places) {
    Object.defineProperty(object, name, {
      configurable: true,
      get: () => {
        throw new Error(`platform: expected no use, got ${name}`)
      },
    })
  }
  try {
    return play()
  } finally {
    places.forEach(([object, name], at) => {
      const before = kept[at]
      // An inherited property shows again when the own one is deleted.
      if (before === undefined) Reflect.deleteProperty(object, name)
      else Object.defineProperty(object, name, before)
    })
  }
}
