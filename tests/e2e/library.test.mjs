// SPDX-License-Identifier: MIT
// Every scenario of the library, opened and walked: at its start, half-way and at its end the page says
// nothing broken. VMSCOPE_SHOTS names a folder for pictures of each.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openLab } from "./lab.mjs";
import { house, root } from "./support.mjs";

const vmscope = house();
const BROKEN = /undefined|NaN|\[object|\bnull\b|\{[a-z_]+\}/;
const shots = process.env.VMSCOPE_SHOTS;

const settled = (page) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
async function sound(page, what) {
  await settled(page);
  const words = await page.evaluate(() => {
    const texts = [document.body.innerText];
    for (const element of document.querySelectorAll("[aria-label], [title], svg text"))
      texts.push(element.getAttribute("aria-label") ?? "", element.textContent ?? "");
    return texts.join("\n");
  });
  const found = BROKEN.exec(words);
  assert.ok(!found, `${what}: "${words.slice(Math.max(0, found?.index - 60), found?.index + 40)}"`);
  if (shots) await page.screenshot({ path: path.join(shots, `${what}.png`) });
}

for (const file of readdirSync(path.join(root, "db/library")).filter((f) => f.endsWith(".vms"))) {
  const name = path.basename(file, ".vms");
  test(`${name} is sound from end to end`, async () => {
    await vmscope.visit({}, async (page) => {
      await openLab(page, `/s/lib-${name}`);
      await sound(page, `${name}-start`);
      const timeline = page.locator(".timeline canvas");
      await page.keyboard.press("End");
      await page.waitForFunction(
        () => document.querySelector(".narration .no")?.textContent !== "start",
      );
      await sound(page, `${name}-end`);
      const box = await timeline.boundingBox();
      const now = await page.locator(".narration .no").innerText();
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await page
        .waitForFunction(
          (old) => document.querySelector(".narration .no")?.textContent !== old,
          now,
          { timeout: 3000 },
        )
        .catch(() => {});
      await sound(page, `${name}-middle`);
      for (let i = 0; i < 12; i++) await page.keyboard.press("ArrowRight");
      await sound(page, `${name}-steps`);
    });
  });
}
