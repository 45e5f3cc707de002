import { defineConfig } from 'tsup'

export default defineConfig([
  {
    entry: ['src/main.ts', 'src/example.ts'],
    format: ['esm'],
    platform: 'node',
    target: 'es2023',
    dts: false,
    splitting: false,
    sourcemap: true,
    removeNodeProtocol: false,
  },
  {
    // What the page loads: the node and all that it needs, in one file.
    entry: ['src/page.ts'],
    format: ['esm'],
    platform: 'browser',
    target: 'es2023',
    noExternal: [/.*/],
    minify: true,
    dts: false,
    splitting: false,
    sourcemap: true,
    publicDir: 'static',
  },
])
