import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/transport.ts'],
  format: ['esm'],
  platform: 'node',
  target: 'es2023',
  dts: false,
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
})
