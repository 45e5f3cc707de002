// What a core must not touch: the clock, the chance and the timers that lie about in every place
// where JavaScript runs. Here each of them throws, for as long as one function runs; so whatever
// that function plays is shown to live on its arguments alone.

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
 * Runs `play` in a world without time or chance of its own. It has to be synchronous: the world is
 * put back before anything else runs.
 *
 * @throws what `play` throws; an error that names what it reached for, if it did
 */
export function withoutAmbience<T>(play: () => T): T {
  const places = [...GLOBALS.map((name): [object, string] => [globalThis, name]), ...OF_OBJECTS]
  const kept = places.map(([object, name]) => Object.getOwnPropertyDescriptor(object, name))
  for (const [object, name] of places) {
    Object.defineProperty(object, name, {
      configurable: true,
      get: () => {
        throw new Error(`ambience: expected none, got ${name}`)
      },
    })
  }
  try {
    return play()
  } finally {
    places.forEach(([object, name], at) => {
      const before = kept[at]
      // What an object inherits is laid bare again.
      if (before === undefined) Reflect.deleteProperty(object, name)
      else Object.defineProperty(object, name, before)
    })
  }
}
