// A property that has failed has noticed the mutant; the smallest example of it is of no interest.
// Shrinking is worse than waste here: under a mutant it may take longer than the test may last.
import fc from 'fast-check'

fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true })
