// Builds the page into the gateway's package: hashed files, all of them local, each with its .gz beside it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { defineConfig } from 'vite';

const BUILT = join(import.meta.dirname, '../gateway/server/static/graphiql');
const INLINE_FONT = /url\(["']?data:font\/(\w+);[^,]*base64,([^"')]+)["']?\)/g;

// Fonts written into the styles would need `font-src data:`; as files they need only 'self'.
function fontsAsFiles() {
  return {
    name: 'fonts-as-files',
    generateBundle(_options, bundle) {
      const emit = (_url, kind, base64) => {
        const source = Buffer.from(base64, 'base64');
        const hash = createHash('sha256').update(source).digest('hex').slice(0, 8);
        this.emitFile({ type: 'asset', fileName: `assets/font-${hash}.${kind}`, source });
        return `url(./font-${hash}.${kind})`;
      };
      const styles = Object.values(bundle).filter((file) => file.fileName.endsWith('.css'));
      for (const style of styles) style.source = String(style.source).replace(INLINE_FONT, emit);
    },
  };
}

function packed() {
  return {
    name: 'packed',
    closeBundle() {
      const assets = join(BUILT, 'assets');
      const texts = readdirSync(assets).filter((name) => /\.(js|css|ttf|svg)$/.test(name));
      for (const name of texts) {
        const path = join(assets, name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [fontsAsFiles(), packed()],
  // One copy of graphql only: its types know each other by identity.
  resolve: { dedupe: ['graphql', 'react', 'react-dom'] },
  build: {
    outDir: BUILT,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4096,
    license: { fileName: 'licenses.md' },
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Libraries mark files for servers that render React; this page has none.
      onLog: (level, log, say) => log.code === 'MODULE_LEVEL_DIRECTIVE' || say(level, log),
    },
    target: 'es2022',
  },
  worker: { format: 'es' },
  experimental: {
    // The page stands at …/graphql and its files at …/graphiql/, under whatever prefix a proxy adds.
    renderBuiltUrl: (name, { hostType }) =>
      hostType === 'html' ? `graphiql/${name}` : { relative: true },
  },
});
