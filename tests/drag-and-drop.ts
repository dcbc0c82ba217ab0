import type { Locator, Page } from 'playwright-core';

/** Drops a picture anywhere on the page, as from a folder. */
export async function drop(page: Page, picture: Buffer): Promise<void> {
  await page.evaluate(
    (bytes) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(bytes)], 'dropped.jpg', { type: 'image/jpeg' }));
      for (const kind of ['dragover', 'drop']) window.dispatchEvent(new DragEvent(kind, { dataTransfer }));
    },
    [...picture],
  );
}

/** Drags from one part of a box to another, both in fractions of it. */
export async function drag(page: Page, box: Locator, from: [number, number], to: [number, number]): Promise<void> {
  const { x, y, width, height } = (await box.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(x + from[0] * width, y + from[1] * height);
  await page.mouse.down();
  await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 4 });
  await page.mouse.up();
}
