import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/main.ts', 'src/clients/*-process.ts'],
  format: ['esm'],
  platform: 'node',
  target: 'es2023',
  splitting: false,
  dts: false,
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
})
