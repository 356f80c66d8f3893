/**
 * @file The picture of a report: which of its sentences a fact comes from.
 */

import { svg } from "./dom.js";

/** @typedef {import("./schema").components["schemas"]} Schemas */
/** @typedef {Schemas["Evidence"]} Evidence */
/** @typedef {Schemas["SourceRecord"]} Source */

const STRIP_HEIGHT = 40;

/**
 * The report as one tick a sentence: as wide as the sentence is long, paragraphs apart, headings low. Cited sentences
 * are tinted, the cited range is filled.
 *
 * @param {Source} source @param {Evidence[]} evidence @param {string} label
 * @returns {SVGSVGElement}
 */
export function drawStrip(source, evidence, label) {
  const width = 640;
  const gap = 1.5;
  const { sentences } = source;
  const paragraphs = new Set(sentences.map((sentence) => sentence.paragraph)).size;
  const length = sentences.reduce((total, sentence) => total + sentence.length, 0);
  const unit = (width - gap * sentences.length - 5 * paragraphs) / Math.max(length, 1);
  const strip = svg("svg", {
    viewBox: `0 0 ${width} ${STRIP_HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": label,
  });
  let x = 0;
  let paragraph = sentences[0]?.paragraph;
  for (const sentence of sentences) {
    if (sentence.paragraph !== paragraph) x += 5;
    paragraph = sentence.paragraph;
    const cited = evidence.filter((item) => item.start < sentence.end && item.end > sentence.start);
    const low = sentence.kind === "heading" || sentence.kind === "footer";
    const [y, height] = low ? [STRIP_HEIGHT - 10, 10] : [8, STRIP_HEIGHT - 8];
    const group = svg("g", {
      class: cited.length ? "tick cited" : "tick",
      "data-key": `${sentence.paragraph}.${sentence.sentence}`,
    });
    group.append(svg("rect", { x, y, width: Math.max(sentence.length * unit, 2), height }));
    for (const { start, end } of cited) {
      const from = Math.max(start, sentence.start) - sentence.start;
      const to = Math.min(end, sentence.end) - sentence.start;
      group.append(
        svg("rect", {
          class: "range",
          x: x + from * unit,
          y: y - 8,
          width: Math.max((to - from) * unit, 2.5),
          height: height + 8,
        }),
      );
    }
    strip.append(group);
    x += Math.max(sentence.length * unit, 2) + gap;
  }
  return strip;
}
