import { defineConfig } from 'tsup'
import { bundledLicenses } from './bundled-licenses.ts'

export default defineConfig([
  {
    entry: ['src/index.ts', 'src/recording.ts'],
    format: ['esm'],
    platform: 'node',
    target: 'es2023',
    dts: false,
    sourcemap: true,
    // The page is built into the same folder.
    clean: ['!page/**'],
    removeNodeProtocol: false,
  },
  // The page: a script and a style sheet with all they need, beside the files of page/static. What
  // runs a node in the page is loaded by itself, when it is wanted.
  {
    entry: { main: 'page/main.tsx', style: 'page/style/page.css' },
    outDir: 'dist/page',
    format: ['esm'],
    platform: 'browser',
    target: 'es2022',
    noExternal: [/./],
    minify: true,
    splitting: true,
    dts: false,
    clean: true,
    publicDir: 'page/static',
    tsconfig: 'page/tsconfig.json',
    esbuildPlugins: [bundledLicenses('dist/page/licenses.txt')],
  },
])
