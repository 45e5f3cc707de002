import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/core.ts', 'src/portable.ts'],
  format: ['esm'],
  platform: 'node',
  target: 'es2023',
  dts: false,
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
})
