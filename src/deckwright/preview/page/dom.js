// Elements made from texts; nothing from a deck ever passes as HTML.
export const $ = (id) => document.getElementById(id);

export function el(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value === undefined || value === null) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "class") made.className = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

// The little Markdown that pages about findings and messages are written in.
export function inline(text) {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*)/);
  return parts.filter(Boolean).map((part) => {
    if (part.length > 2 && part.startsWith("`")) return el("code", {}, part.slice(1, -1));
    if (part.length > 4 && part.startsWith("**")) return el("b", {}, part.slice(2, -2));
    return part;
  });
}

export function markdown(text) {
  const blocks = [];
  let fenced = null;
  for (const block of text.replace(/\r/g, "").split(/\n{2,}/)) {
    if (fenced !== null || block.startsWith("```")) {
      fenced = fenced === null ? block : `${fenced}\n\n${block}`;
      if (!/\n```\s*$/.test(fenced)) continue;
      blocks.push(el("pre", {}, fenced.replace(/^```\w*\n/, "").replace(/\n```\s*$/, "")));
      fenced = null;
    } else if (/^ {4}/.test(block)) blocks.push(el("pre", {}, block.replace(/^ {4}/gm, "")));
    else if (/^[-*] /.test(block)) {
      const items = block.split(/\n(?=[-*] )/).map((item) => item.slice(2).replace(/\s+/g, " "));
      blocks.push(el("ul", {}, ...items.map((item) => el("li", {}, ...inline(item)))));
    } else if (block.trim()) blocks.push(el("p", {}, ...inline(block.trim().replace(/\s+/g, " "))));
  }
  return blocks;
}
