/** The folder of package.json and `checklists/`. The built program is in `dist/`, as deep as this file is in `src/`. */
export const packageFolder = new URL('../', import.meta.url);
