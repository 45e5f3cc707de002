// Makes property tests reproducible: one seed for the whole run, and a number of runs for each
// property. Both come from the environment; vitest.config.ts holds the defaults.
//   FC_SEED=…  the seed (fast-check prints it, with the path, when a property fails)
//   FC_RUNS=…  runs of each property
import fc from 'fast-check'

declare global {
  interface ImportMeta {
    readonly env: Readonly<Record<string, string>>
  }
}

// A browser has `import.meta.env` too. Vite only sees it when it is written out.
fc.configureGlobal({
  seed: Number(import.meta.env['FC_SEED']),
  numRuns: Number(import.meta.env['FC_RUNS']),
})

// A run of the models sums up the journals (tools/models). In a browser there are none.
if (import.meta.env['MODELS_JOURNAL'] !== undefined) {
  const { keepJournal } = await import('@dht/testing/journal')
  keepJournal()
}
