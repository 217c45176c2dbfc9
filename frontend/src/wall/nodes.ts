// The tree of cameras as the server sends it, and how it is narrowed. Pure.

export interface CameraNode {
  readonly kind: "camera";
  readonly uid: string;
  readonly name: string;
  readonly title: string;
  readonly online: boolean;
  readonly mount?: string;
  readonly can_steer?: boolean;
  readonly has_sub_stream?: boolean;
  readonly codec?: string;
  readonly is_favourite?: boolean;
}

export interface GroupNode {
  readonly kind: "agency" | "site" | "area";
  readonly id: string | number;
  readonly name: string;
  readonly online?: number;
  readonly total?: number;
  readonly children: readonly TreeNode[];
}

export type TreeNode = CameraNode | GroupNode;

/** All cameras of a tree by uid. */
export function camerasOf(nodes: readonly TreeNode[]): Map<string, CameraNode> {
  const found = new Map<string, CameraNode>();
  const walk = (node: TreeNode): void => {
    if (node.kind === "camera") found.set(node.uid, node);
    else node.children.forEach(walk);
  };
  nodes.forEach(walk);
  return found;
}

/** The site under which a camera hangs; null where the tree does not know it. */
export function siteOf(nodes: readonly TreeNode[], uid: string): GroupNode | null {
  const find = (node: TreeNode, site: GroupNode | null): GroupNode | null => {
    if (node.kind === "camera") return node.uid === uid ? site : null;
    const here = node.kind === "site" ? node : site;
    for (const child of node.children) {
      const found = find(child, here);
      if (found) return found;
    }
    return null;
  };
  for (const node of nodes) {
    const found = find(node, null);
    if (found) return found;
  }
  return null;
}

/** The tree narrowed to what matches: a group that matches keeps all of its cameras; empty groups fall away. */
export function narrowed(nodes: readonly TreeNode[], words: readonly string[], isKept: (camera: CameraNode) => boolean): TreeNode[] {
  return nodes.flatMap((node): TreeNode[] => {
    if (node.kind === "camera") return isKept(node) && words.every((word) => textOf(node).includes(word)) ? [node] : [];
    const rest = words.filter((word) => !node.name.toLowerCase().includes(word));
    const children = narrowed(node.children, rest, isKept);
    return children.length > 0 ? [{ ...node, children }] : [];
  });
}

function textOf(camera: CameraNode): string {
  return `${camera.name} ${camera.title} ${camera.uid}`.toLowerCase();
}
