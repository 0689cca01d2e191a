/** Prints a page that is not on the screen. */
import styles from './ladder.module.css';

/** `page` is a whole HTML document without scripts. The frame stays until the next page is printed. */
export function printPage(page: string, title: string): void {
  for (const before of document.querySelectorAll('iframe[data-print]')) before.remove();
  const frame = document.createElement('iframe');
  frame.dataset.print = '';
  frame.title = title;
  frame.className = styles.print ?? '';
  frame.tabIndex = -1;
  frame.setAttribute('aria-hidden', 'true');
  // No scripts; the same origin and the dialog are what printing from outside of the frame takes.
  frame.setAttribute('sandbox', 'allow-same-origin allow-modals');
  frame.addEventListener('load', () => frame.contentWindow?.print(), { once: true });
  frame.srcdoc = page;
  document.body.append(frame);
}
