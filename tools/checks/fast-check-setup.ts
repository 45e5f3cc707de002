// Property tests are reproducible: one seed for the whole run, and a budget per property. Both come
// from the environment (vitest.config.ts holds the defaults), so that a failure can be replayed and
// a long search be asked for:
//   FC_SEED=…  the seed (fast-check prints it, with the path, when a property fails)
//   FC_RUNS=…  runs per property
import fc from 'fast-check'

declare global {
  interface ImportMeta {
    readonly env: Readonly<Record<string, string>>
  }
}

// Of all the places for settings, `import.meta.env` is the one that a browser has as well; it has
// to be written out for Vite to see it.
fc.configureGlobal({
  seed: Number(import.meta.env['FC_SEED']),
  numRuns: Number(import.meta.env['FC_RUNS']),
})

// What a run of the models sums up (tools/models); a browser is never asked for it.
if (import.meta.env['MODELS_JOURNAL'] !== undefined) {
  const { keepJournal } = await import('@dht/testing/journal')
  keepJournal()
}
