// A test's node warns nobody by accident: tests that expect warnings pass their own `onWarning`.
// One that reaches the process fails the run.

const isSet = Symbol.for('dht.no-warnings')

if (!Reflect.has(globalThis, isSet)) {
  Reflect.set(globalThis, isSet, true)
  process.on('warning', (warning) => {
    if (warning.name === 'DhtWarning')
      throw new Error('a test warned the process', { cause: warning })
  })
}
