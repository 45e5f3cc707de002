import { defineConfig } from 'tsup'

export default defineConfig([
  {
    entry: ['src/main.ts'],
    format: ['esm'],
    platform: 'node',
    target: 'node20',
    dts: false,
    splitting: false,
    removeNodeProtocol: false,
  },
  {
    // What a page loads: everything in one file.
    entry: ['src/page.ts'],
    format: ['esm'],
    platform: 'browser',
    target: 'es2023',
    noExternal: [/.*/],
    dts: false,
    splitting: false,
  },
])
