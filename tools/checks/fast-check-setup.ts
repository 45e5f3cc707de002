// Property tests are reproducible: one seed for the whole run, and a budget per property. Both come
// from the environment, so that a failure can be replayed and a long search be asked for:
//   FC_SEED=…  the seed (fast-check prints it, with the path, when a property fails)
//   FC_RUNS=…  runs per property
import fc from 'fast-check'

const DEFAULT_SEED = 20261122
const DEFAULT_RUNS = 100

fc.configureGlobal({
  seed: Number(process.env['FC_SEED'] ?? DEFAULT_SEED),
  numRuns: Number(process.env['FC_RUNS'] ?? DEFAULT_RUNS),
})
