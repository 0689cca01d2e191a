/**
 * The message catalogue: one folder per language, one namespace per file. A second language is a folder of JSON files
 * beside `en`; nothing else changes. Keys are flat (`smtp.rcpt.ask` is one key), because the journal's reasons are keys
 * with dots of their own.
 */
import i18next, { type i18n, type Resource } from 'i18next';
import { initReactI18next } from 'react-i18next';

const files = import.meta.glob<Record<string, string>>('./*/*.json', { eager: true, import: 'default' });

/** The catalogue as i18next wants it: language, then namespace, then key. */
function catalogue(): Resource {
  const resources: Record<string, Record<string, Record<string, string>>> = {};
  for (const [path, messages] of Object.entries(files)) {
    const [, language, namespace] = /^\.\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? [];
    if (language === undefined || namespace === undefined) continue;
    resources[language] = { ...resources[language], [namespace]: messages };
  }
  return resources;
}

/** Starts i18next once, with everything in memory: no text ever flashes as a key. */
export function startMessages(language: string = navigator.language): i18n {
  const resources = catalogue();
  void i18next.use(initReactI18next).init({
    resources,
    lng: language,
    fallbackLng: 'en',
    ns: Object.keys(resources.en ?? {}),
    defaultNS: 'shell',
    keySeparator: false,
    initAsync: false,
    returnNull: false,
    interpolation: { escapeValue: false }, // React escapes
  });
  return i18next;
}
