import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/recording.ts'],
  format: ['esm'],
  platform: 'node',
  target: 'es2023',
  dts: false,
  sourcemap: true,
  // The page is built into the same folder.
  clean: ['dist/*.js', 'dist/*.d.ts', 'dist/*.map', 'dist/recording'],
  removeNodeProtocol: false,
})
