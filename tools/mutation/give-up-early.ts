// What a test run under a mutant need not wait for.
import fc from 'fast-check'

// A property that has failed has noticed the mutant; the smallest example of it is of no interest.
// Shrinking is worse than waste here: under a mutant it may take longer than the test may last.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true })

// A mutant that is reached a hundred times as often as its place is in the whole suite counts as
// endless. Where indices probe and heaps sift a hundred times is most of a minute; within one file
// of tests, five times is proof enough.
const mutation: { hitLimit?: number } | undefined = Reflect.get(globalThis, '__stryker__')
if (mutation?.hitLimit !== undefined) mutation.hitLimit /= 20
