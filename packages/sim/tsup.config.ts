import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/live.ts', 'src/cli/main.ts'],
  format: ['esm'],
  platform: 'node',
  target: 'es2023',
  dts: false,
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
})
