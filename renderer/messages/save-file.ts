/** Hands bytes of a mail to the browser's own way of saving: nothing is opened, and the name is one of ours. */

/** `name` must have gone through `saveName`. */
export function saveFile(bytes: Uint8Array, name: string): void {
  // Never the mail's own type: a file that is opened by mistake is not a page.
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the bytes when the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
