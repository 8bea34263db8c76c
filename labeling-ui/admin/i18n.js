// The words of the admin's pages, in addition to those of the ranking page.

import { extend, language } from '../i18n.js';

extend((await import(`./strings/${language}.js`)).default);

export * from '../i18n.js';
