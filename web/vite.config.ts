import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npx vite` finds a running core. */
const CORE = process.env['TANDEM_HTTP'] ?? 'http://127.0.0.1:8080'

const APPS = fileURLToPath(new URL('./apps', import.meta.url))

/** Every folder with a page in it: `apps/desk/index.html` becomes `dist/desk/index.html`, which a core serves at `/desk`. */
const pages = Object.fromEntries(
  readdirSync(APPS)
    .map((app) => [app, join(APPS, app, 'index.html')] as const)
    .filter(([, page]) => existsSync(page)),
)

export default defineConfig(({ command }) => {
  // Whatever the shell says: with "test" or "development" there, people would be given the slow React that warns its developers.
  if (command === 'build') process.env['NODE_ENV'] = 'production'
  return {
    root: APPS,
    base: '/',
    appType: 'mpa',
    plugins: [react()],
    build: {
      outDir: fileURLToPath(new URL('./dist', import.meta.url)),
      emptyOutDir: true,
      rollupOptions: { input: pages },
      // Everything is a file of its own: the policy allows no inline script, and only the page's own nonce for styles.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 700,
    },
    server: { proxy: { '/api': CORE, '/health': CORE, '/ws': { target: CORE, ws: true } } },
  }
})
