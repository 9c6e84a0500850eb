// Fills ../built: each file as it is and compressed. A file served is named here once; its address is made from its
// content when the program is built.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, '..', 'built');

const files = {
  'api-docs.css': 'api-docs.css',
  'api-docs.js': 'api-docs.js',
  'swagger-ui.css': 'node_modules/swagger-ui-dist/swagger-ui.css',
  'swagger-ui.js': 'node_modules/swagger-ui-dist/swagger-ui-bundle.js',
  'swagger-ui-license.txt': 'node_modules/swagger-ui-dist/LICENSE',
  'swagger-ui-notice.txt': 'node_modules/swagger-ui-dist/NOTICE',
};

mkdirSync(built, { recursive: true });
for (const name of readdirSync(built).filter((name) => name !== '.gitignore')) {
  rmSync(join(built, name));
}
for (const [name, from] of Object.entries(files)) {
  // A map would be asked for at an address that is not there.
  const text = readFileSync(join(here, from), 'utf8').replace(/^(\/\/|\/\*)# sourceMappingURL=.*$/gm, '');
  writeFileSync(join(built, name), text);
  writeFileSync(join(built, `${name}.gz`), gzipSync(text, { level: 9 }));
}
