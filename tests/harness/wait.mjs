// Waiting, and what to wait for.

/** Waits until the page's own script has mounted it: the page has said so or said why not. */
export async function started(page) {
  await page.waitForFunction(() => {
    const failed = document.getElementById("boot-failed");
    if (failed && !failed.hidden) throw new Error(failed.textContent.trim());
    return document.documentElement.dataset.started !== undefined;
  });
}
