// Fails a run in which a node's warning reaches the process. Tests that expect warnings pass their
// own `onWarning`.

const isSet = Symbol.for('dht.no-warnings')

if (!Reflect.has(globalThis, isSet)) {
  Reflect.set(globalThis, isSet, true)
  process.on('warning', (warning) => {
    if (warning.name === 'DhtWarning')
      throw new Error('a test warned the process', { cause: warning })
  })
}
