// The look of the site: what is in its menus, and search without a server.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { API_PAGES } from '../api.mjs'

const site = fileURLToPath(new URL('..', import.meta.url))
const pages = join(site, 'dist/pages')

/** The title of a page: its first heading. @param {string} page */
function titleOf(page) {
  const [, title] = /^# (.*)$/m.exec(readFileSync(join(pages, `${page}.md`), 'utf8')) ?? []
  return (title ?? page).replaceAll('`', '')
}

/** @param {readonly string[]} names */
function items(...names) {
  return names.map((page) => ({ text: titleOf(page), link: `/${page}` }))
}

/** All pages of a folder. @param {string} folder */
function itemsIn(folder) {
  const files = readdirSync(join(pages, folder)).filter((file) => /^(?!index).*\.md$/.test(file))
  return items(...files.map((file) => `${folder}/${file.slice(0, -3)}`))
}

const learn = [
  {
    text: 'Five minutes',
    items: items('start/node', 'start/table', 'start/transport', 'start/mainline'),
  },
  {
    text: 'Guides',
    items: items(
      'guides/service-discovery',
      'guides/content-by-hash',
      'guides/from-bittorrent-dht',
      'guides/from-k-bucket',
      'guides/production',
      'guides/write-a-transport',
      'guides/simulate',
      'guides/attackers',
    ),
  },
  { text: 'Background', items: items('concepts', 'figures', 'internals/glossary') },
]

export default defineConfig({
  title: 'dht',
  description: 'A Kademlia distributed hash table in TypeScript, as small packages',
  srcDir: 'dist/pages',
  outDir: 'dist/site',
  cacheDir: 'dist/cache',
  cleanUrls: true,
  // The index for the search, and the reference of a whole package on one page.
  vite: { build: { chunkSizeWarningLimit: 4_000 } },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Start', link: '/start/node' },
      { text: 'Guides', link: '/guides/service-discovery' },
      { text: 'API', link: '/api/node' },
      { text: 'Internals', link: '/internals/architecture' },
    ],
    sidebar: {
      '/start/': learn,
      '/guides/': learn,
      '/concepts': learn,
      '/figures': learn,
      '/packages/': [
        { text: 'Packages', items: itemsIn('packages') },
        {
          text: 'Reference',
          items: API_PAGES.map(({ page, title }) => ({ text: title, link: `/api/${page}` })),
        },
      ],
      '/api/': [
        {
          text: 'Reference',
          items: API_PAGES.map(({ page, title }) => ({ text: title, link: `/api/${page}` })),
        },
        { text: 'Packages', items: itemsIn('packages') },
      ],
      '/internals/': [
        {
          text: 'Internals',
          items: items(
            'internals/architecture',
            'internals/glossary',
            'internals/models',
            'internals/performance',
            'internals/contributing',
            'internals/security',
            'internals/deploy',
          ),
        },
        { text: 'How to', items: itemsIn('internals/how-to') },
        { text: 'Decisions', link: '/internals/decisions/', items: itemsIn('internals/decisions') },
      ],
    },
    outline: { level: [2, 3] },
  },
})
