// The authorization as a picture: each layer in the order in which AWS asks it, and where the
// request stopped.

import type { Check, Layer, LayerVerdict } from "../engine/protocol";
import { s } from "../ui/dom";

const WIDTH = 340;
const NODE = { width: 300, height: 44 };
const GAP = 16;

type Mark = LayerVerdict | "none";

interface Step {
  layers: { title: string; mark: Mark; blocks: boolean; layer: Layer | undefined }[];
}

/** Ceilings first, then the sources of permission side by side, then what limits the caller. */
const ORDER: string[][] = [
  ["scp"],
  ["rcp"],
  ["vpc-endpoint"],
  ["key-policy", "grants", "identity"],
  ["permissions-boundary"],
  ["session"],
];

const NAMES: Record<string, string> = {
  scp: "SCPs",
  rcp: "RCPs",
  "vpc-endpoint": "VPC endpoint",
  "key-policy": "Key policy",
  resource: "Resource policy",
  grants: "Grants",
  identity: "Identity",
  "permissions-boundary": "Boundary",
  session: "Session",
};

const SAYS: Record<Mark, string> = {
  allow: "allows",
  implicitDeny: "does not allow",
  explicitDeny: "denies",
  depends: "depends",
  notApplicable: "has no say",
  none: "none",
};

/** Where three layers stand beside each other. */
const SHORT: Partial<Record<Mark, string>> = { implicitDeny: "no allow", notApplicable: "no say" };

const SIGNS: Record<Mark, string> = {
  allow: "✓",
  implicitDeny: "✕",
  explicitDeny: "✕",
  depends: "?",
  notApplicable: "–",
  none: "–",
};

export function steps(check: Check): Step[] {
  const blocked = new Set(check.blockedBy ?? []);
  return ORDER.map((names) => ({
    layers: names.map((name) => {
      const found =
        check.layers.find((layer) => layer.layer === name) ??
        (name === "key-policy" ? check.layers.find((layer) => layer.layer === "resource") : undefined);
      const blocks = blocked.has(found?.layer ?? name);
      return {
        title: NAMES[found?.layer ?? name] ?? name,
        mark: found ? (found.verdict as Mark) : "none",
        blocks,
        layer: found,
      };
    }),
  }));
}

/** The picture. `select` is told which layer was chosen. */
export function flow(check: Check, select: (layer: Layer) => void): SVGSVGElement {
  const all = steps(check);
  const height = (all.length + 2) * (NODE.height + GAP) + 8;
  const svg = s("svg", { class: "flow", viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": "Layers of the authorization, in order" });
  let y = 4;
  let open = true;
  const link = (): void => {
    svg.append(s("line", { class: open ? "way" : "way stopped", x1: WIDTH / 2, y1: y - GAP, x2: WIDTH / 2, y2: y }));
  };
  svg.append(terminal(y, "request", check.request.action, short(check.request.principal)));
  y += NODE.height + GAP;
  for (const step of all) {
    link();
    step.layers.forEach((one, index) => svg.append(node(one, index, step.layers.length, y, open, select)));
    if (step.layers.some((one) => one.blocks || one.mark === "explicitDeny")) open = false;
    y += NODE.height + GAP;
  }
  if (check.decision !== "allowed" && check.decision !== "depends") open = false;
  link();
  svg.append(terminal(y, check.decision, OUTCOMES[check.decision] ?? check.decision, ""));
  return svg;
}

export const OUTCOMES: Record<string, string> = {
  allowed: "Allowed",
  implicitDeny: "Denied (implicitly)",
  explicitDeny: "Denied (explicitly)",
  depends: "Depends",
};

function terminal(y: number, kind: string, text: string, detail: string): SVGGElement {
  const x = (WIDTH - NODE.width) / 2;
  const group = s("g", { class: `terminal ${kind}` });
  group.append(
    s("rect", { x, y, width: NODE.width, height: NODE.height, rx: NODE.height / 2 }),
    s("text", { x: WIDTH / 2, y: y + (detail ? 19 : 27), "text-anchor": "middle", class: "title" }, text),
  );
  if (detail) group.append(s("text", { x: WIDTH / 2, y: y + 35, "text-anchor": "middle", class: "detail" }, detail));
  return group;
}

function node(
  one: Step["layers"][number],
  index: number,
  count: number,
  y: number,
  reached: boolean,
  select: (layer: Layer) => void,
): SVGGElement {
  const between = 8;
  const width = (NODE.width - between * (count - 1)) / count;
  const x = (WIDTH - NODE.width) / 2 + index * (width + between);
  const { layer, mark, title } = one;
  const narrow = count > 1;
  const detail = (narrow ? SHORT[mark] : undefined) ?? SAYS[mark];
  const says = layer?.note || SAYS[mark];
  const classes = ["layer", mark, one.blocks ? "blocks" : "", reached ? "" : "beyond", narrow ? "narrow" : ""].join(" ");
  const group = s("g", { class: classes });
  if (layer) {
    const choose = (): void => select(layer);
    group.setAttribute("role", "button");
    group.setAttribute("tabindex", "0");
    // Begins with what stands there, for those who speak to their browser.
    group.setAttribute("aria-label", `${SIGNS[mark]} ${title} ${detail}: ${layer.note}${one.blocks ? ". The request stops here" : ""}`);
    group.addEventListener("click", choose);
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose();
    });
  } else {
    group.setAttribute("aria-hidden", "true");
  }
  group.append(
    s("title", {}, `${title}: ${says}`),
    s("rect", { x, y, width, height: NODE.height, rx: 8 }),
    s("text", { x: x + 12, y: y + (narrow ? 19 : 27), class: "sign" }, SIGNS[mark]),
    " ",
    s("text", { x: x + (narrow ? 26 : 34), y: y + (narrow ? 19 : 27), class: "title" }, title),
    " ",
    narrow
      ? s("text", { x: x + 12, y: y + 35, class: "detail" }, detail)
      : s("text", { x: x + width - 12, y: y + 27, "text-anchor": "end", class: "detail" }, detail),
  );
  return group;
}

/** The end of an ARN: what tells principals apart. */
function short(arn: string): string {
  const name = arn.split(":").slice(5).join(":") || arn;
  return name.length > 42 ? `…${name.slice(-41)}` : name;
}
